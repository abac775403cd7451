/* The time a visitor has on each screen, drawn as a bar and, near its end, as a key that prolongs it. Whoever is read to has
   it from the end of the voice on, and hears when it is short. */
import { all } from "../../antrean/web/static/dom.js";
import * as aids from "./aids.js";
import * as speech from "./speech.js";
import { create } from "./timer.js";

const SECONDS = {
  start: 60,
  spare: 60,
  spared: 90,
  documents: 90,
  persons: 60,
  second: 60,
  lost: 60,
  code: 60,
  case: 60,
  result: 25,
  listed: 20,
  problem: 25,
  stopped: 25,
};
const WARN_SECONDS = 20; /* as long as it takes to find the key and reach it */
const MORE_SECONDS = 45;
const WARNED = ["spare", "spared", "documents", "persons", "second", "lost", "code", "case"];
let timer = null;
let warnedAloud = false;

/* onEnd(): the visitor has gone. */
export function start(onEnd) {
  timer = create({
    now: () => performance.now(),
    every(ms, what) {
      const ticking = setInterval(what, ms);
      return () => {
        clearInterval(ticking);
      };
    },
    onTick: show,
    onEnd,
  });
}

/* Begin anew with the time of a screen; a screen that waits for the hub has none. */
export function begin(screen) {
  if (SECONDS[screen]) timer.start(secondsOf(screen));
  else timer.stop();
}

export function stop() {
  timer.stop();
}

export function prolong() {
  timer.start(MORE_SECONDS);
}

/* A key that was pressed on a screen that goes away by itself. */
export function pressed() {
  timer.atLeast(MORE_SECONDS);
}

/* Taking a photo takes longer than taking a slip. */
export function allowPhoto() {
  timer.atLeast(MORE_SECONDS);
}

export function left() {
  return timer.left();
}

/* Whoever asked for an aid, or is read to, is given twice the time. */
function secondsOf(screen) {
  return SECONDS[screen] * (aids.inUse() || speech.isOn() ? 2 : 1);
}

function show(left, whole) {
  if (speech.reads() && left < whole - 1) return timer.start(whole);
  warnAloud(left);
  for (const bar of all(".timer-bar")) {
    bar.style.transform = `scaleX(${left / whole})`;
  }
  const warn = WARNED.includes(document.body.dataset.screen) && left <= WARN_SECONDS;
  const warned = warn && !document.querySelector("[data-stay]:not([hidden])");
  for (const key of all("[data-stay]")) {
    key.hidden = !warn;
  }
  if (warned) speech.warn("[data-stay]");
  if (!warn) return;
  for (const place of all("[data-idle-seconds]")) {
    place.textContent = Math.ceil(left);
  }
}

/* Where nothing else says that the time ends. */
function warnAloud(left) {
  const before = warnedAloud;
  warnedAloud = left <= WARN_SECONDS && !WARNED.includes(document.body.dataset.screen);
  if (warnedAloud && !before) speech.warn();
}
