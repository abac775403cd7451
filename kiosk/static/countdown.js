/* The time a visitor has on each screen, drawn as a bar and, near its end, as a key that prolongs it. */
import { each } from "./page.js";
import * as aids from "./aids.js";
import * as speech from "./speech.js";
import { create } from "./timer.js";

const SECONDS = { start: 60, persons: 60, result: 25, problem: 25, stopped: 25 };
const WARN_SECONDS = 20; /* as long as it takes to find the key and reach it */
const MORE_SECONDS = 45;
let timer = null;

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

/* Taking a photo takes longer than taking a slip. */
export function allowPhoto() {
  timer.atLeast(MORE_SECONDS);
}

export function left() {
  return timer.left();
}

/* Whoever asked for an aid is given twice the time. */
function secondsOf(screen) {
  return SECONDS[screen] * (aids.inUse() ? 2 : 1);
}

function show(left, whole) {
  each(".timer-bar", (bar) => {
    bar.style.transform = `scaleX(${left / whole})`;
  });
  const warn = document.body.dataset.screen === "persons" && left <= WARN_SECONDS;
  const warned = warn && !document.querySelector("[data-stay]:not([hidden])");
  each("[data-stay]", (key) => {
    key.hidden = !warn;
  });
  if (warned) speech.news("[data-stay]");
  if (!warn) return;
  each("[data-idle-seconds]", (place) => {
    place.textContent = Math.ceil(left);
  });
}
