/* Touch exploration: once the ear key was touched, what lies under a finger is read and chosen, and nothing is pressed by
   that. A second tap takes what is chosen: anywhere soon after the first, or at any time where it lies, as screen readers do. */

import * as speech from "./speech.js";
import * as touch from "./touch.js";
import * as voice from "./voice.js";

const TARGETS = "button, a, .priority";
const TWICE = 700; /* milliseconds between two taps of slow hands */
const BRIEF = 600; /* a touch that lasts longer listens */
const SETTLED = 120; /* a finger that slides passes over many things */
let on = false;
let explored = false; /* the last touch began while fingers explored: its click presses nothing, whatever lies there by then */
let finger = null; /* {id, x, y, at, takes, moved} of the touch that goes on */
let chosen = null;
let tapped = -TWICE; /* when the last tap ended */
let deafUntil = 0;
let slid = false; /* the choice was made by sliding or listening */
let reading = null;

export function isOn() {
  return on;
}

/* onChange(): exploration began or ended. */
export function start(onChange) {
  window.addEventListener("pointerdown", down, true);
  window.addEventListener("pointermove", move, true);
  window.addEventListener("pointerup", up, true);
  window.addEventListener("pointercancel", lost, true);
  window.addEventListener("click", swallow, true);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-ear]")) return;
    if (speech.isOn()) hush();
    else begin();
    onChange();
  });
}

function begin() {
  on = true;
  document.body.setAttribute("data-explore", "");
  touch.rest();
  speech.byFinger();
}

function hush() {
  stop();
  speech.hush();
}

export function stop() {
  on = false;
  finger = null;
  clearTimeout(reading);
  document.body.removeAttribute("data-explore");
  mark(null);
}

/* Fingers choose; only what this file sends presses. A key of the keyboard clicks nowhere (detail 0). */
function swallow(event) {
  if (!explored || !event.isTrusted || event.detail === 0) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

function down(event) {
  if (!event.isPrimary) return;
  explored = on;
  if (!on) return;
  event.preventDefault(); /* the browser would move the focus */
  const { clientX: x, clientY: y, timeStamp: at } = event;
  finger = { id: event.pointerId, x, y, at, takes: false, moved: false };
  if (at < deafUntil || touch.rests(x, y)) return;
  finger.takes = current() !== null && (at - tapped <= TWICE || under(x, y) === chosen);
  if (!finger.takes) reach(x, y, 0);
}

function move(event) {
  if (!finger || event.pointerId !== finger.id) return;
  if (Math.hypot(event.clientX - finger.x, event.clientY - finger.y) > touch.radius() / 2) finger.moved = true;
  if (finger.moved) reach(event.clientX, event.clientY, SETTLED);
}

function up(event) {
  if (!finger || event.pointerId !== finger.id) return;
  const { x, y, at, takes, moved } = finger;
  const brief = !moved && event.timeStamp - at <= BRIEF;
  finger = null;
  tapped = -TWICE;
  if (takes && brief) take(x, y);
  else if (takes && !moved) reach(x, y, 0, true);
  else if (brief && slid) {
    /* Who slid to something else and taps twice here may mean either: it is read, and taken by one more tap. */
    if (under(x, y)) deafUntil = event.timeStamp + TWICE;
    else tapped = event.timeStamp;
  } else if (brief) tapped = event.timeStamp;
  slid = !brief;
}

function lost(event) {
  if (finger && event.pointerId === finger.id) finger = null;
}

function under(x, y) {
  const found = document.elementFromPoint(x, y);
  return found && (found.closest(TARGETS) || found.closest(speech.TEXTS));
}

/* What was chosen, as long as it can be seen. */
function current() {
  if (chosen && chosen.offsetParent === null) mark(null);
  return chosen;
}

function reach(x, y, after, again = false) {
  const part = under(x, y);
  if (!part || (part === current() && !again)) return;
  mark(part);
  clearTimeout(reading);
  if (after) reading = setTimeout(speech.touched, after, part);
  else speech.touched(part);
}

function mark(part) {
  if (chosen) chosen.classList.remove("is-read");
  chosen = part;
  if (!part) return;
  part.classList.add("is-read");
  const focused = part.matches(".priority") ? part.querySelector("input") : part;
  focused.focus({ preventScroll: true });
}

function take(x, y) {
  const part = current();
  if (!part.matches(TARGETS)) return speech.touched(part);
  if (part.disabled) return speech.refuse(part);
  const texts = voice.count();
  part.dispatchEvent(
    new MouseEvent("click", { bubbles: true, cancelable: true, detail: 1, clientX: x, clientY: y, view: window }),
  );
  if (on && voice.count() === texts && current() === part) speech.touched(part);
}
