/* Visits that are not needed: some services ask for it before anything else, and say why. Whoever then leaves without a number is
   counted once, however often the answer is lost; who takes a number all the same is not. What is to be counted is kept on the
   device until the hub has answered. */
import { all } from "../../antrean/web/static/dom.js";
import { create, memoryIn, newId } from "../../antrean/web/static/reliable_post.js";

const MOST = 50; /* of one outage; each costs the hub one request */
const LONGEST_PAUSE = 30000;
const memory = memoryIn("localStorage", "kiosk.spared");
let now = null; /* {id, service} of the visitor who was told; null for none */
let queue = [];
let post = null;

export function start() {
  queue = memory.read() || [];
  post = create({
    longestPause: LONGEST_PAUSE,
    newId: () => queue[0].id,
    passes: (status) => status >= 500 || status === 429 || status === 408,
    onDone: settled,
    onRefused: settled,
  });
  next();
}

function said(service, lang) {
  return document.querySelector(`[data-fragment="spare.${lang}"] [data-spare-of="${service}"]`);
}

export function asksFor(service, lang) {
  return Boolean(said(service, lang));
}

/* Puts there what the hub says now. */
export function fill(service) {
  for (const part of all('[data-of="spare"] .in-language, [data-of="spared"] .in-language')) {
    const words = said(service, part.lang);
    const places = ["question", "words"].map((name) => part.querySelector(`[data-spare-${name}]`));
    places.forEach((place, at) => {
      if (place && words) place.textContent = words.children[at].textContent;
    });
  }
}

/* The visitor came for nothing else. */
export function tell(service) {
  now = { id: newId(), service };
}

/* The visitor goes on to a number. */
export function takeBack() {
  now = null;
}

/* The visitor has gone. */
export function left() {
  if (!now) return;
  queue = queue.concat(now).slice(-MOST);
  now = null;
  memory.write(queue);
  next();
}

export function nudge() {
  post.nudge();
}

function next() {
  if (queue.length)
    post.submit({ name: queue[0].id, url: "/kiosk/spared_visits", fields: { service: queue[0].service } });
}

function settled(_response, command) {
  queue = queue.filter((one) => one.id !== command.name);
  memory.write(queue);
  next();
}
