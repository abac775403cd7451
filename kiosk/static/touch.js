/* A public touch screen: pressed keys answer at once, ghost touches and double taps do nothing, nothing can be dragged,
   selected, zoomed or opened by a long press. */

let settling = null;
const MOST_FINGERS = 2; /* more at once is a palm, a drop of water or a faulty panel */

export function start() {
  let fingers = {};
  let ghost = false;
  let pressed = null;

  function release() {
    if (pressed) pressed.classList.remove("is-pressed");
    pressed = null;
  }

  window.addEventListener(
    "pointerdown",
    (event) => {
      fingers[event.pointerId] = true;
      if (Object.keys(fingers).length > MOST_FINGERS) ghost = true;
      release();
      pressed = event.target.closest && event.target.closest("button:not(:disabled), .key, .priority");
      if (pressed && !ghost) pressed.classList.add("is-pressed");
    },
    true,
  );

  function up(event) {
    delete fingers[event.pointerId];
    release();
    /* The click of this touch comes after pointerup and must still find the ghost. */
    if (Object.keys(fingers).length === 0)
      setTimeout(() => {
        ghost = Object.keys(fingers).length > MOST_FINGERS;
      }, 400);
  }
  window.addEventListener("pointerup", up, true);
  window.addEventListener("pointercancel", up, true);
  window.addEventListener("blur", () => {
    fingers = {};
    release();
  });

  window.addEventListener(
    "click",
    (event) => {
      if (!ghost) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    true,
  );

  ["contextmenu", "dragstart", "selectstart", "gesturestart"].forEach((kind) => {
    document.addEventListener(kind, (event) => {
      event.preventDefault();
    });
  });
  document.addEventListener(
    "wheel",
    (event) => {
      if (event.ctrlKey) event.preventDefault();
    },
    { passive: false },
  );
}

/* Let a screen that has just come up ignore touches for a moment: a double tap's second tap is not meant for it. */
export function settle(element, ms) {
  clearTimeout(settling);
  element.classList.add("is-settling");
  settling = setTimeout(() => {
    element.classList.remove("is-settling");
  }, ms);
}
