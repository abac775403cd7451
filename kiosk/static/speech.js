/* Reads the kiosk aloud: what the screen says, then each target a visitor comes to, by key or by finger. It begins with the
   first arrow key or at the ear key and ends with the visit, so that nobody else hears it. */

import { all } from "../../antrean/web/static/dom.js";
import * as voice from "./voice.js";

const MOST = 800; /* letters that the hub reads at once */
const SAID = [
  "h1",
  ".chosen strong",
  ".papers-list li",
  ".papers-facts > div",
  ".papers-now",
  ".spare-words",
  ".case-code",
  ".case-said",
  ".case-whose",
  ".case-now",
  ".ticket-case",
  ".hint",
  ".limit",
  ".typed:not(.is-empty)",
  ".start-notice",
  ".ticket-facts > div",
  ".ticket-more > span",
  ".slip > p",
  ".sit",
  ".message p",
];
const CHANGES = { softer: ["volume", -1], louder: ["volume", 1], slower: ["speed", -1], faster: ["speed", 1] };
export const TEXTS = SAID.concat(".kiosk-office", ".kiosk-clock", ".foot-help", ".foot-offline").join(", ");
let on = false;
let byTouch = false;
let hushed = false; /* the visitor stopped it, and goes on by keys */
let before = ""; /* what the screen said when it was read last */
let hints = ""; /* the visit's hints that were read: nobody is kept waiting by the same one twice */

function visible(part) {
  return part.offsetParent !== null;
}
function seen(selector, within = document) {
  return all(selector, within).filter(visible);
}

/* A dash between figures is not heard; a line's end is a pause. */
function plain(text) {
  return text
    .replace(/[\u200b·]/g, "")
    .replace(/(\d)\s*–\s*(\d)/g, "$1, $2")
    .replace(/\s*\n\s*/g, ", ")
    .replace(/\s+/g, " ")
    .trim();
}

/* One line for each part: the hub pauses between them. */
function lines(parts) {
  return parts.map(plain).filter(Boolean).join("\n").slice(0, MOST);
}

function language() {
  return document.documentElement.lang;
}

function say(parts, holds = true) {
  const text = lines(parts);
  if (on && text) voice.play(runs(text), holds);
}

/* What staff announce may be in another language than the visitor's: it is read as its own. */
function runs(text) {
  const announced = seen("main h1[lang]").map((part) => [plain(part.innerText), part.lang]);
  const found = [];
  for (const line of text.split("\n")) {
    const [, spoken] = announced.find(([words]) => words === line) || ["", language()];
    const last = found[found.length - 1];
    if (last && last[1] === spoken) last[0] += `\n${line}`;
    else found.push([line, spoken]);
  }
  return found;
}

export function isOn() {
  return on;
}

/* Whether a visitor is being read to: their time begins when the voice has ended. */
export function reads() {
  return on && voice.reads();
}

/* The visitor's time ends soon: said, and not waited for. */
export function warn(selector) {
  if (on) say(selector ? seen(selector).map((part) => part.innerText) : [words("more")], false);
}

function foot() {
  return document.querySelector(`.kiosk-foot [lang="${language()}"] [data-words]`);
}
function words(name) {
  return (foot() && foot().dataset[name]) || "";
}

/* What the screen says now. */
function screen() {
  const parts = seen(SAID.join(", "), document.querySelector("main"));
  return parts.concat(seen(".foot-offline")).map((part) => part.innerText);
}
function sayScreen(first = [], last = []) {
  const heard = seen(".hint:not([data-one-number])").map((part) => part.innerText);
  const parts = screen().filter((text) => !hints.includes(text));
  before = lines(screen());
  hints = hints.concat(...heard);
  say(first.concat(parts, last));
}

function help() {
  return byTouch ? [words("touch"), words("note")] : [words("keys"), words("note")];
}

/* What a target, or a text that a finger has come to, is called and how it stands. */
function called(part) {
  const box = part.matches(".priority") ? part.querySelector("input") : part;
  const name = (box.type === "checkbox" ? box.closest("label") : part).innerText;
  const chosen =
    box.checked || box.getAttribute("aria-pressed") === "true" || box.getAttribute("aria-current") === "true";
  if (chosen) return `${name}\n${words("on")}`;
  if (box.type === "checkbox") return `${name}\n${words("off")}`;
  return part.disabled && part.name === "persons" ? `${name}\n${words("unavailable")}` : name;
}

/* A visitor has come to a target by key: the first one also hears where this is and how it goes. */
export function reached(key) {
  if (hushed) return;
  const first = !on;
  turnOn(false);
  if (first) sayScreen([], help().concat(called(key)));
  else say([called(key)]);
}

/* A finger has come to a part of the screen. */
export function touched(part) {
  say([called(part)]);
}

/* A finger took what can't be taken: why. */
export function refuse(part) {
  say([part.dataset.refusedWords || called(part)]);
}

export function turned() {
  if (!on) return;
  sayScreen();
  keep();
}

/* A part of the screen says something new. */
export function news(selector) {
  if (!on) return;
  before = lines(screen());
  say(seen(selector).map((part) => part.innerText));
}

/* A key was taken, and the screen says no more than this. */
export function plainly(text) {
  before = lines(screen());
  say([text]);
}

/* The screen may say something new: the office has closed, the hub is away. Where it only says less, the question is asked again. */
export function follow() {
  const now = lines(screen());
  if (!on || now === before) return;
  const old = before.split("\n");
  const news = now.split("\n").filter((line) => !old.includes(line));
  before = now;
  say(news.length ? news : now.split("\n").slice(0, 1));
}

export function again() {
  hushed = false;
  hints = "";
  turnOn(byTouch);
  sayScreen(help());
}

/* From now on what lies under a finger is read. */
export function byFinger() {
  hushed = false;
  turnOn(true);
  sayScreen(help());
}

function turnOn(finger) {
  byTouch = finger || (on && byTouch);
  if (on) return;
  on = true;
  document.body.setAttribute("data-speech", "");
  keep();
}

/* What is said when no sound can be fetched. */
function keep() {
  if (!on) return;
  const here = (part) => document.querySelector(`main [data-of="${part}"] [lang="${language()}"]`);
  const told = [
    here("waiting").querySelector(".when-slow"),
    here("waiting").querySelector(".when-cut"),
    here("stopped"),
  ];
  const texts = told.map((part) => lines(all("h1, p", part).map((one) => one.textContent)));
  texts.push(lines([document.querySelector(`.kiosk-foot [lang="${language()}"] .foot-offline`).textContent]));
  voice.keep(texts, language());
}

export function stop() {
  on = false;
  byTouch = false;
  hushed = false;
  hints = "";
  document.body.removeAttribute("data-speech");
  voice.reset();
}

/* The visitor wants silence; F1 or the ear key speaks again. */
export function hush() {
  say([words("ended")], false);
  on = false;
  byTouch = false;
  hushed = true;
  document.body.removeAttribute("data-speech");
}

function pressed(event) {
  const key = event.target.closest("[data-voice]");
  if (!key) return;
  if (key.dataset.voice === "again") return again();
  const [what, by] = CHANGES[key.dataset.voice];
  say([words(what).replace("#", voice.change(what, by))]);
}

export function start() {
  document.addEventListener("click", pressed);
}
