/* A public touch screen: pressed keys answer at once, ghost touches and double taps do nothing, nothing can be dragged,
   selected, zoomed or opened by a long press. */

const MOST_FINGERS = 2; /* more at once is a palm, a drop of water or a faulty panel */
const REST = 3000; /* milliseconds; a slow or trembling hand taps the same spot again within them */
const TWICE = 700; /* between the two taps of a double tap */
let fingers = {};
let ghost = false;
let pressed = null;
let settling = null;
let touching = null; /* the click that is being answered */
let resting = { x: 0, y: 0, radius: 0, since: -Infinity };

export function start() {
  window.addEventListener("pointerdown", down, true);
  window.addEventListener("pointerup", up, true);
  window.addEventListener("pointercancel", up, true);
  window.addEventListener("blur", () => {
    fingers = {};
    release();
  });
  window.addEventListener("click", swallow, true);
  window.addEventListener("click", () => {
    touching = null;
  });
  for (const kind of ["contextmenu", "dragstart", "selectstart", "gesturestart"])
    document.addEventListener(kind, (event) => {
      event.preventDefault();
    });
  document.addEventListener(
    "wheel",
    (event) => {
      if (event.ctrlKey) event.preventDefault();
    },
    { passive: false },
  );
}

function down(event) {
  fingers[event.pointerId] = true;
  if (Object.keys(fingers).length > MOST_FINGERS) ghost = true;
  release();
  pressed = event.target.closest && event.target.closest("button:not(:disabled), .key, .priority");
  if (pressed && !ghost) pressed.classList.add("is-pressed");
}

function up(event) {
  delete fingers[event.pointerId];
  release();
  /* The click of this touch comes after pointerup and must still find the ghost. */
  if (Object.keys(fingers).length === 0)
    setTimeout(() => {
      ghost = Object.keys(fingers).length > MOST_FINGERS;
    }, 400);
}

function release() {
  if (pressed) pressed.classList.remove("is-pressed");
  pressed = null;
}

/* A key of the keyboard clicks nowhere (detail 0). */
function swallow(event) {
  touching = event.detail > 0 ? event : null;
  if (!ghost && !onRestingSpot(event)) return;
  touching = null;
  event.preventDefault();
  event.stopImmediatePropagation();
}

/* A box that is ticked gives no number and shows that it is ticked: only the second half of a double tap is kept from it. */
function onRestingSpot(event) {
  if (!touching) return false;
  const { clientX: x, clientY: y, target } = event;
  return target.closest(".priority") ? rests(x, y, TWICE, 0.25) : rests(x, y);
}

/* Whether a touch there is taken by nobody now. */
export function rests(x, y, ms = REST, within = 1) {
  const { x: left, y: top, radius: most, since } = resting;
  return performance.now() - since < ms && Math.hypot(x - left, y - top) <= within * most;
}

/* 20 mm of the panel, in pixels: the least height of a key. */
export function radius() {
  return parseFloat(getComputedStyle(document.querySelector(".kiosk-languages .key")).minHeight);
}

/* A touch has turned the screen: what now lies within 20 mm of it takes no touch for three seconds, and is seen not to.
   Everything else listens at once. */
export function rest() {
  wake();
  if (!touching) return;
  const { clientX: x, clientY: y } = touching;
  const spot = document.body.appendChild(document.createElement("div"));
  spot.className = "resting";
  spot.setAttribute("aria-hidden", "true");
  spot.style.left = `${x}px`;
  spot.style.top = `${y}px`;
  resting = { x, y, radius: spot.offsetWidth / 2, since: performance.now() }; /* 20 mm: kiosk.css */
  setTimeout(() => {
    spot.remove();
  }, REST);
}

function wake() {
  resting.since = -Infinity;
  const spot = document.querySelector(".resting");
  if (spot) spot.remove();
}

/* A screen that came up without a touch ignores touches for a moment: they were meant for the one before. */
export function settle(element, ms) {
  wake();
  clearTimeout(settling);
  element.classList.add("is-settling");
  settling = setTimeout(() => {
    element.classList.remove("is-settling");
  }, ms);
}
