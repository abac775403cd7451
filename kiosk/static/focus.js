/* The keyboard is never lost. What can't be chosen any more, or has gone, gives the focus to the question at once: keys pressed on
   a button that is disabled are heard by nobody until the next frame is drawn, which may take long on a busy machine. */
import * as screen from "./screen.js";

const HIDES = [
  "disabled",
  "hidden",
  "data-screen",
  "data-step",
  "data-speech",
  "data-prints",
  "data-again",
  "data-cut",
];
let last = null; /* what had the focus last; it may have left the page on its own */

function look() {
  const at = document.activeElement === document.body ? last : document.activeElement;
  if (!at || (!at.disabled && at.getClientRects().length > 0)) return;
  const heading = screen.heading();
  if (heading) heading.focus({ preventScroll: true });
}

export function start() {
  document.addEventListener("focusin", (event) => {
    last = event.target;
  });
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributeFilter: HIDES });
}
