/* A public touch screen: pressed keys answer at once, ghost touches and double taps do nothing, nothing can be dragged,
   selected, zoomed or opened by a long press. */

const MOST_FINGERS = 2; /* more at once is a palm, a drop of water or a faulty panel */
const REST = 3000; /* milliseconds; a slow or trembling hand taps the same spot again within them */
const MM_20 = 76; /* pixels, where the width of the panel is not declared */
const TURNS_WITHIN = 1000; /* milliseconds from a touch to the screen that it turned */
let fingers = {};
let ghost = false;
let pressed = null;
let settling = null;
let touched = { x: 0, y: 0, at: -Infinity };
let resting = { x: 0, y: 0, until: 0 };

export function start() {
  window.addEventListener("pointerdown", down, true);
  window.addEventListener("pointerup", up, true);
  window.addEventListener("pointercancel", up, true);
  window.addEventListener("blur", () => {
    fingers = {};
    release();
  });
  window.addEventListener("click", swallow, true);
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
  touched = { x: event.clientX, y: event.clientY, at: performance.now() };
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

function swallow(event) {
  if (!ghost && !onRestingSpot(event)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

/* A key of the keyboard clicks nowhere (detail 0). */
function onRestingSpot(event) {
  if (event.detail === 0 || performance.now() >= resting.until) return false;
  return Math.hypot(event.clientX - resting.x, event.clientY - resting.y) <= radius();
}

function radius() {
  const declared = parseFloat(getComputedStyle(document.body).getPropertyValue("--least-target")); /* 20 mm in vw */
  return declared ? (declared / 100) * window.innerWidth : MM_20;
}

/* A touch has turned the screen: what now lies within 20 mm of it takes no touch for three seconds, and is seen not to.
   Everything else listens at once. */
export function rest() {
  if (performance.now() - touched.at > TURNS_WITHIN) return;
  resting = { x: touched.x, y: touched.y, until: performance.now() + REST };
  removeSpot();
  const spot = document.body.appendChild(document.createElement("div"));
  spot.className = "resting";
  spot.setAttribute("aria-hidden", "true");
  Object.assign(spot.style, {
    left: `${touched.x}px`,
    top: `${touched.y}px`,
    width: `${2 * radius()}px`,
    height: `${2 * radius()}px`,
  });
  setTimeout(() => {
    spot.remove();
  }, REST);
}

function removeSpot() {
  const spot = document.querySelector(".resting");
  if (spot) spot.remove();
}

/* A screen that came up without a touch ignores touches for a moment: they were meant for the one before. */
export function settle(element, ms) {
  resting.until = 0;
  removeSpot();
  clearTimeout(settling);
  element.classList.add("is-settling");
  settling = setTimeout(() => {
    element.classList.remove("is-settling");
  }, ms);
}
