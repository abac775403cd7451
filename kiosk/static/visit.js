/* One visit: from the chosen service to the number, a refusal, or the word that the hub does not answer. */
import { all } from "../../antrean/web/static/dom.js";
import * as countdown from "./countdown.js";
import { create, memoryIn, send } from "../../antrean/web/static/reliable_post.js";
import * as list from "./list.js";
import * as lost from "./lost.js";
import * as screen from "./screen.js";
import * as service from "./service.js";
import * as slip from "./slip.js";
import * as spared from "./spared.js";
import * as speech from "./speech.js";
import * as withdrawals from "./withdrawals.js";

/* Whoever stands at a kiosk sees at once that something is under way; after three minutes the staff helps better than a
   machine. A number is asked for again whatever the fault was, for the visitor can do nothing about it. */
const SLOW_AFTER = 900;
const PAUSE = 3000;
const STOP_AFTER = 180000;
const memory = memoryIn("localStorage", "kiosk.command");
let post = null;
let forgetMore = () => {};

/* `what` forgets what else is known of a visitor who has gone. */
export function alsoForgets(what) {
  forgetMore = what;
}

export function start() {
  withdrawals.start();
  spared.start();
  post = create({
    slowAfter: SLOW_AFTER,
    firstPause: PAUSE,
    longestPause: PAUSE,
    stopAfter: STOP_AFTER,
    keptFor: STOP_AFTER,
    passes: (status) => status >= 500 || status === 429 || status === 408,
    send: (command) => send(command.url, command.fields, { headers: { "Antrean-Draw": "result" } }),
    memory,
    onChange: showWaiting,
    onDone: given,
    onRefused: refused,
    onStopped() {
      screen.show("stopped");
    },
  });
}

export function busy() {
  return post.busy();
}

/* The hub may be back. */
export function nudge() {
  post.nudge();
  withdrawals.nudge();
  spared.nudge();
}

/* A page that is loaded again goes on in the visitor's language. */
export function resume() {
  const kept = memory.read();
  if (!post.resume()) return false;
  screen.speak(kept.command.fields.language);
  return true;
}

/* The question is drawn in every language: what is ticked in one is ticked in each. */
export function tick(on) {
  for (const box of all('[data-of="persons"] [name="priority"]')) {
    box.checked = on;
    box.closest(".priority").classList.toggle("is-checked", on);
  }
}

/* A touch on a number of persons. */
export function ask(key) {
  if (!wish(key.form, { ...service.wanted(), persons: Number(key.value) })) return;
  for (const same of all(`[data-issue] [name="persons"][value="${key.value}"]`)) same.classList.add("is-chosen");
}

/* Asks for a number. Returns false while another one is asked for. */
export function wish(form, fields) {
  const language = screen.language();
  const box = form.elements.priority; /* not where a service has none */
  const priority = Boolean(box && box.checked);
  const sent = post.submit({ url: `${form.action}?language=${language}`, fields: { ...fields, priority, language } });
  if (sent) countdown.stop();
  return sent;
}

/* The visitor does not want to wait any longer and is sent to the staff. The hub may have heard the request: what it gave is
   taken back as soon as it answers. */
export function giveUp() {
  const command = post.giveUp();
  if (!command) return;
  withdrawals.add(command.fields.request_id);
  screen.show("stopped");
}

export function startOver() {
  spared.left();
  service.forget();
  slip.forget();
  lost.forget();
  list.forget();
  forgetMore();
  tick(false);
  unpress();
  screen.show("start");
}

/* The newest view may say that the chosen service gives no number any more: whoever is asked for how many is told at once,
   and why. A command that is on its way hears it as its answer. */
export function followService() {
  if (!["spare", "documents", "persons", "second"].includes(screen.current()) || busy()) return;
  const refusal = service.follow(() => speech.news("[data-limit]"));
  if (refusal === "gone") startOver();
  else if (refusal) problem((lang) => refusal[lang]);
}

function unpress() {
  for (const key of all(".is-chosen")) {
    key.classList.remove("is-chosen");
  }
}

function showWaiting({ busy, slow, failures }) {
  const cut = failures > 0 ? "yes" : "no";
  if (!busy || !(slow || failures) || (screen.current() === "waiting" && document.body.dataset.cut === cut)) return;
  document.body.dataset.cut = cut;
  screen.show("waiting");
  speech.follow();
}

/* The answer is in the language of the wish. Whoever changed it meanwhile sees it as a whole, and then in theirs. */
function given(body, { fields }) {
  const wished = screen.language();
  speak(fields.language);
  slip.showResult(body.html.result);
  if (wished !== fields.language) slip.translate(wished);
}

function speak(language) {
  if (language !== screen.language()) screen.speak(language);
}

/* `words` gives the sentence in a language. */
function problem(words) {
  for (const place of all("[data-message]")) {
    place.textContent = words(place.closest(".in-language").lang);
  }
  screen.show("problem");
}

/* A party that is too large can be made smaller where it is, and a second service that takes nobody is left out: nothing
   has to be chosen again. */
function refused(error, { fields }) {
  speak(fields.language);
  if ((!error.left && !error.then) || fields.case) return problem(() => error.message);
  if (!service.choose(fields.service)) return problem(() => error.message);
  tick(fields.priority);
  unpress();
  if (error.left) {
    service.askFor(fields.then || "");
    service.limitTo(error.left, error.message);
  } else service.loseSecond(error.message);
  speech.news("[data-limit]");
}
