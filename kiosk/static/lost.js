/* A lost slip: letter, figures and code are typed by large keys, one question after the other, and the hub prints a copy. Few ask
   for it, so its questions are fetched when somebody does. */
import { all } from "../../antrean/web/static/dom.js";
import * as countdown from "./countdown.js";
import { newId, send } from "../../antrean/web/static/reliable_post.js";
import * as screen from "./screen.js";
import * as slip from "./slip.js";
import * as speech from "./speech.js";

const MOST = { number: 6, code: 4 };
const PLACE = '[data-of="lost"]';
let series = "";
let typed = { number: "", code: "" };
let step = "";
let asking = false;
let wish = { of: "", id: "" }; /* the same number and code are one wish, however often the answer is lost */

function forms() {
  return all("form[data-lost]");
}

function firstStep() {
  const letters = all("[data-letter]", forms()[0]);
  if (letters.length === 1) series = letters[0].dataset.letter;
  return letters.length === 1 ? "number" : "letter";
}

/* The steps are drawn in every language, so that the language can be changed at each. */
function draw(turned) {
  for (const form of forms()) {
    form.dataset.step = step;
    form.elements.number.value = `${series}-${typed.number}`;
    form.elements.code.value = typed.code;
    for (const part of all("[data-typed]", form)) {
      const mine = part.dataset.typed;
      part.textContent = mine === "number" ? `${series}-${typed.number || "…"}` : typed.code.padEnd(MOST.code, "·");
      part.parentElement.classList.toggle("is-empty", !typed[mine]);
    }
    for (const key of all("[data-figure]", form)) key.disabled = step !== "letter" && typed[step].length >= MOST[step];
    for (const key of all("[data-erase]", form)) key.disabled = !typed[step];
    for (const key of all("[data-next]", form)) {
      key.disabled = asking || (step === "code" ? typed.code.length < MOST.code : !typed.number);
    }
  }
  screen.arrange();
  if (turned) speech.turned();
}

function say(words) {
  for (const form of forms()) {
    const place = form.querySelector("[data-refusal]");
    place.hidden = !words;
    place.textContent = words;
  }
}

function go(to) {
  step = to;
  say("");
  draw(true);
  countdown.begin("lost");
}

/* `url`: the page that asks without script, in every language. */
export async function open(url) {
  let fetched = null;
  try {
    fetched = await (await fetch(url, { credentials: "same-origin", headers: { Accept: "text/html" } })).text();
  } catch (_error) {
    return; /* the foot says that the hub is away; the key can be touched again */
  }
  const questions = new DOMParser().parseFromString(fetched, "text/html").querySelector(PLACE);
  if (!questions || screen.current() !== "start") return;
  document.querySelector(PLACE).innerHTML = questions.innerHTML;
  for (const part of all(`${PLACE} > *`)) part.hidden = part.lang !== screen.language();
  forget();
  step = firstStep();
  draw(false);
  screen.show("lost");
}

export function forget() {
  series = "";
  typed = { number: "", code: "" };
  wish = { of: "", id: "" };
  asking = false;
  say("");
}

/* Returns false where there is no step to go back to. */
export function back() {
  if (step === "code") {
    typed.code = "";
    go("number");
  } else if (step === "number" && firstStep() === "letter") {
    typed.number = "";
    go("letter");
  } else return false;
  return true;
}

async function ask(form) {
  const number = form.elements.number.value;
  const of = `${number} ${typed.code}`;
  if (wish.of !== of) wish = { of, id: newId() };
  asking = true;
  countdown.stop();
  draw(false);
  const fields = { number, code: typed.code, language: screen.language(), request_id: wish.id };
  let answer = { status: 0, body: {} };
  try {
    answer = await send(form.action, fields);
  } catch (_error) {
    /* no answer: said below, and the key can be touched again */
  }
  asking = false;
  if (screen.current() !== "lost" || wish.of !== of) return;
  if (answer.body.html) slip.showFound(answer.body.html, answer.body.seq);
  else refused(answer.body.error, form);
}

/* The number stays, the code is typed anew; a hub that did not answer is asked the same again. */
function refused(error, form) {
  if (error) typed.code = "";
  say(error ? error.message : form.dataset.awayWords);
  draw(false);
  countdown.begin("lost");
  speech.news("[data-refusal]");
}

function changed() {
  draw(false);
  speech.news("[data-typed]");
}

/* The last figure of a code says all of them, those before only themselves. */
function added(figure) {
  typed[step] += figure;
  say("");
  draw(false);
  if (step === "number" || typed.code.length === MOST.code) speech.news("[data-typed]");
  else speech.plainly(figure);
}

/* A touch on one of its keys. */
export function pressed(key) {
  const { letter, figure } = key.dataset;
  if (letter !== undefined) {
    series = letter;
    go("number");
  } else if (figure !== undefined) added(figure);
  else if (key.matches("[data-erase]")) {
    typed[step] = typed[step].slice(0, -1);
    changed();
  } else if (key.matches("[data-next]")) {
    if (step === "number") go("code");
    else if (!asking) ask(key.form);
  }
}
