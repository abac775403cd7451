/* Keeps one ticket's page true: turns its faces, fills in the figures, carries out what its holder asks, and signals. */

import * as Connection from "../../antrean/web/static/connection.js";
import { all, one, show, write } from "../../antrean/web/static/dom.js";
import { memoryIn } from "../../antrean/web/static/memory.js";
import { send } from "../../antrean/web/static/send.js";
import { due, Signals } from "./signals.js";
import { io } from "./socket.js";

const OPEN = ["waiting", "called", "serving", "held"];
const DRAW_AGAIN_AFTER = 3000; /* milliseconds */
const body = document.body;
const title = document.title;

function writeAll(selector, words) {
  for (const place of all(selector)) write(place, words);
}

function showAll(selector, shown) {
  for (const place of all(selector)) show(place, shown);
}

function inLanguage(words) {
  const languages = Object.keys(words);
  return words[document.documentElement.lang] || (languages.length ? words[languages[0]] : "");
}

/* A long name in smaller letters, so that all of it is seen at once. */
function showCounter(name) {
  const [short, middle] = body.dataset.counterLengths.split(" ").map(Number);
  writeAll("[data-counter]", name);
  for (const place of all("[data-counter]")) {
    place.dataset.length = name.length <= short ? "short" : name.length <= middle ? "middle" : "long";
  }
}

/* mine: [state, people ahead, wait low, wait high, counter, seq of the last call, service, persons, marks];
   the counter of one that waits is that to which it was sent;
   marks: "n" next, "u" no open counter, "r" may come back; "m" may not be served today, "l" hardly will be;
   sent: "s" that counter alone, "p" it is paused, "f" any. */
function showTicket(mine, view) {
  const service = mine[6];
  const waits = mine[0] === "waiting";
  const shown = mine[8].includes("n") ? "next" : mine[0];
  if (isStale(shown, service)) drawOwn();
  for (const face of all("[data-face]")) show(face, face.dataset.face === shown);
  writeAll("[data-ahead]", String(mine[1]));
  /* [minutes without a call, whether it is a break] */
  const still = waits && view.still[service];
  const { dataset } = body;
  writeAll("[data-wait-title]", still ? dataset.stillLabel : dataset.waitLabel);
  let wait = mine[2] === null ? dataset.waitUnknown : dataset.wait.replace("{low}", mine[2]).replace("{high}", mine[3]);
  if (still) wait = dataset.still.replace("{num}", still[0]);
  writeAll("[data-wait-words]", wait);
  showAll("[data-still=longer]", Boolean(still) && !still[1]);
  showAll("[data-still=break]", Boolean(still) && still[1]);
  if (mine[4]) showCounter(mine[4]);
  const way = inLanguage(view.ways[mine[4]] || {});
  showAll("[data-way]", Boolean(way));
  writeAll("[data-way]", way);
  /* The visitor may have been sent to another service, and staff may have corrected the party. */
  if (view.names[service]) writeAll("[data-service-name]", inLanguage(view.names[service]));
  if (view.hues[service]) body.className = `hue-${view.hues[service]}`;
  showAll("[data-persons]", mine[7] > 1);
  if (mine[7] > 1) writeAll("[data-persons]", ` · ${body.dataset.personsWords.replace("{num}", mine[7])}`);
  showAll("[data-standing=service]", waits && Boolean(view.services[service]));
  for (const words of all("[data-stands]")) show(words, words.dataset.stands === view.services[service]);
  showAll("[data-back=yes]", mine[8].includes("r"));
  showAll("[data-back=no]", !mine[8].includes("r"));
  writeAll("[data-reason]", inLanguage(view.reasons[service] || {}));
  const until = view.until[service] || "";
  const time = document.documentElement.lang === "en" ? until : until.replace(":", ".");
  for (const words of all("[data-until]")) {
    show(words, Boolean(until));
    write(words, until && words.dataset.words.replace("{time}", time));
  }
  showAll("[data-standing=counters]", mine[8].includes("u"));
  const closes = inLanguage(view.closes[service] || {});
  for (const words of all("[data-sent]")) {
    const said = waits && mine[8].includes(words.dataset.sent);
    show(words, said);
    write(words, said ? words.dataset.words.replace("{counter}", () => mine[4]).replace("{time}", closes) : "");
  }
  showAll("[data-behind]", waits && isFollowed(mine, view.tickets));
  signal(shown, mine[5], mine[4]);
}

/* Whether others of the service wait behind, and were sent to the same counter or none. */
function isFollowed(mine, tickets) {
  return Object.keys(tickets).some((number) => {
    const other = tickets[number];
    return other[0] === "waiting" && other[6] === mine[6] && other[4] === mine[4] && other[1] > mine[1];
  });
}

function onView(view) {
  /* The number of another day is somebody else's. */
  if (view.day && view.day !== body.dataset.day) return void location.reload();
  const mine = view.tickets && view.tickets[body.dataset.number];
  if (mine) showTicket(mine, view);
  else if (OPEN.includes(body.dataset.shown) || body.dataset.shown === "next") location.reload();
}

/* -- what the holder's own page alone says ------------------------------------------------ */

const HOPES = ["waiting", "next", "called"]; /* the visitor is still to come to a counter */
let drawing = false;
let undrawn = false;

/* What a visit came to, which service comes after this one, and what its holder has asked for, stand in nothing that all
   phones are told. What was said of another service is said no more. */
function isStale(shown, service) {
  const { dataset } = body;
  const before = kindOf(dataset);
  if (dataset.service !== service) writeAll("[data-own=then], [data-own=first], [data-own=documents]", "");
  Object.assign(dataset, { shown, service });
  undrawn = undrawn || kindOf(dataset) !== before;
  return undrawn;
}

function kindOf({ shown, service }) {
  return `${HOPES.includes(shown) ? "hopes" : ["completed", "expired"].includes(shown) ? shown : ""} ${service}`;
}

async function drawOwn() {
  if (drawing) return;
  drawing = true;
  try {
    const asked = { headers: { Accept: "text/html" }, credentials: "same-origin", cache: "no-store" };
    const text = await (await fetch(location.href, asked)).text();
    const page = new DOMParser().parseFromString(text, "text/html");
    if (kindOf(page.body.dataset) === kindOf(body.dataset)) {
      for (const place of all("[data-own]")) {
        const drawn = one(`[data-own=${place.dataset.own}]`, page);
        if (drawn && place.innerHTML !== drawn.innerHTML) place.innerHTML = drawn.innerHTML;
      }
      undrawn = false;
    }
  } catch (_error) {
    /* asked again below */
  }
  drawing = false;
  if (undrawn) setTimeout(drawOwn, DRAW_AGAIN_AFTER);
}

/* Ask once. Whoever asks again after no answer does so with the same id, so it is done once however often it is asked. */
async function wish(form) {
  const said = one("[data-said]");
  const key = one("button", form);
  if (key.getAttribute("aria-disabled")) return;
  key.setAttribute("aria-disabled", "true");
  write(said, "");
  try {
    const fields = {};
    for (const field of all("input", form)) fields[field.name] = field.value;
    const answer = await send(form.action, fields);
    if (answer.body.error) write(said, answer.body.error.message);
    else await drawAnew();
  } catch (_error) {
    write(said, body.dataset.noAnswer);
  }
  key.removeAttribute("aria-disabled");
}

async function drawAnew() {
  undrawn = true;
  await drawOwn();
  const done = one("[data-done]");
  if (done) done.focus();
}

document.addEventListener("submit", (event) => {
  event.preventDefault();
  wish(event.target);
});

/* -- signals ------------------------------------------------------------------------------ */

const part = one("[data-signals]");
const memory = memoryIn("sessionStorage", "phone.signals");
const kept = memory.read();
const known = kept && kept.link === body.dataset.token ? kept : null;
const noticed = known ? known.noticed : { call: Number(body.dataset.call), next: body.dataset.shown === "next" };
const signals = new Signals(window, { onChange: showSignals, onBeat: showBeat });
const now = { shown: body.dataset.shown, call: Number(body.dataset.call), counter: body.dataset.counterName };

function remember() {
  memory.write({ link: body.dataset.token, on: part.dataset.signals !== "off", noticed });
}

function signal(shown, call, counter) {
  Object.assign(now, { shown, call, counter });
  if (shown !== "next") noticed.next = false;
  const kind = due(shown, call, noticed);
  if (kind && kind !== signals.kind) window.scrollTo(0, 0);
  signals.wanted(kind, call);
  if (!kind) showBeat(0);
}

function notice() {
  if (now.shown === "called") noticed.call = now.call;
  if (now.shown === "next") noticed.next = true;
  signals.wanted("");
  remember();
}

/* The name of the page is what a phone shows of it among others; it changes with each beat until somebody looks. */
function showBeat(beats) {
  const told = { called: now.counter, next: body.dataset.nextWords }[now.shown];
  document.title = (beats % 2 ? "(!) " : "") + (told ? `${told} · ` : "") + title;
  showAll("[data-ringing]", beats > 0 && signals.can.on);
}

function showSignals(can) {
  part.dataset.signals = can.on ? "on" : "off";
  for (const words of all("[data-can]", part)) {
    show(words, words.dataset.can === "look" ? !can.sound && !can.vibration : can[words.dataset.can]);
  }
  remember();
}

for (const key of all("[data-start]", part)) key.addEventListener("click", () => signals.start());
one("[data-stop]", part).addEventListener("click", () => signals.stop());
for (const touch of ["pointerdown", "keydown"]) document.addEventListener(touch, notice, true);
part.hidden = false;
if (known && known.on) {
  /* A browser forgets with the page that it was touched. */
  part.dataset.signals = "again";
  const again = () => {
    document.removeEventListener("click", again);
    if (part.dataset.signals === "again") signals.start();
  };
  document.addEventListener("click", again);
}
signal(now.shown, now.call, now.counter);

Connection.start({
  io,
  onView,
  mayReload() {
    return !one("details[open]") && !signals.kind;
  },
});
