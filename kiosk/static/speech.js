/* Reads the kiosk aloud, into headphones, to visitors who go by its five keys: what the screen says, then each target they
   come to. It begins with the first arrow key and ends with the visit, so that nobody else hears it. The hub makes the sound. */

import { all } from "../../antrean/web/static/dom.js";

const MOST = 400; /* letters that the hub reads at once */
const SAID = "h1, .hint, .limit, .no-slips, .ticket-facts > div, .slip > p, .sit, .message p";
const LONGEST = 60000; /* milliseconds; a voice that has not ended by then is heard by nobody */
let on = false;
let audio = null;
let holding = null; /* since when a text that the visitor needs time for is being read; null for none */
let texts = 0;

function visible(part) {
  return part.offsetParent !== null;
}
function seen(selector) {
  return all(selector).filter(visible);
}

/* A dash between figures is not heard; a line's end is a pause. */
function plain(text) {
  return text
    .replace(/\u200b/g, "")
    .replace(/(\d)\s*–\s*(\d)/g, "$1, $2")
    .replace(/\s*\n\s*/g, ", ")
    .replace(/\s+/g, " ")
    .trim();
}

function say(parts, holds = true) {
  const text = parts.map(plain).filter(Boolean).join(". ").slice(0, MOST);
  if (!on || !text) return;
  audio = audio || new Audio();
  audio.src =
    document.body.dataset.speechUrl +
    "?language=" +
    document.documentElement.lang +
    "&text=" +
    encodeURIComponent(text);
  holding = holds ? performance.now() : null;
  texts += 1;
  const mine = texts;
  audio.play().catch(() => {
    /* the next text has taken its place, or this machine has no sound */
    if (mine === texts) holding = null;
  });
}

export function isOn() {
  return on;
}

/* Whether a visitor is being read to: their time begins when the voice has ended. */
export function reads() {
  return on && holding !== null && !audio.paused && !audio.ended && performance.now() - holding < LONGEST;
}

/* The visitor's time ends soon: said, and not waited for. */
export function warn(selector) {
  if (on) say(selector ? seen(selector).map((part) => part.innerText) : [words("more")], false);
}

function words(name) {
  const foot = document.querySelector(`.kiosk-foot [lang="${document.documentElement.lang}"] [data-speech]`);
  return foot ? foot.dataset[name] : "";
}

function screen() {
  return seen(`main ${SAID.split(", ").join(", main ")}`).map((part) => part.innerText);
}

function target(key) {
  const label = key.type === "checkbox" ? key.closest("label") : key;
  const chosen =
    key.checked || key.getAttribute("aria-pressed") === "true" || key.getAttribute("aria-current") === "true";
  return label.innerText + (chosen ? `, ${words("on")}` : key.type === "checkbox" ? `, ${words("off")}` : "");
}

/* A visitor has come to a target by key: the first one also hears where this is and how it goes. */
export function reached(key) {
  const first = !on;
  on = true;
  say((first ? screen().concat(words("help")) : []).concat(target(key)));
}

export function turned() {
  if (on) say(screen());
}
export function news(selector) {
  if (on) say(seen(selector).map((part) => part.innerText));
}

export function again() {
  on = true;
  say([words("help")].concat(screen()));
}

export function stop() {
  on = false;
  if (audio) audio.pause();
}
