/* The running text, one language after another: one layer moved by the compositor, and only when it does not fit. Chrome 68. */

import { all, show } from "../../antrean/web/static/dom.js";

const STANDS = 10; /* seconds */
const PIXELS_A_SECOND = 90;

/* Returns {second()}, to be called once a second. */
export function create() {
  let turn = 0;
  let left = 0;
  let shown = null;

  function second() {
    const texts = all("[data-running]");
    if (!texts.length) return;
    /* News may have drawn the text anew, or another one in its place. */
    const there = shown !== null && !shown.hidden && document.contains(shown);
    const cramped = there && outgrown(shown);
    if (there && left > 0 && !cramped) {
      left -= 1;
      return;
    }
    if (there && !cramped) turn += 1;
    turn = turn % texts.length;
    shown = texts[turn];
    for (const text of texts) {
      show(text, text === shown);
      text.classList.remove("is-running");
    }
    left = run(shown);
  }

  return { second };
}

/* It fitted, and then something came up beside it. */
function outgrown(text) {
  return !text.classList.contains("is-running") && text.scrollWidth > text.parentNode.clientWidth;
}

/* Starts the text and returns the seconds that it takes. */
function run(text) {
  const place = text.parentNode.clientWidth;
  const width = text.scrollWidth;
  if (width <= place) return STANDS;
  const seconds = Math.ceil((place + width) / PIXELS_A_SECOND);
  text.style.setProperty("--from", `${place}px`);
  text.style.setProperty("--to", `${-width}px`);
  text.style.animationDuration = `${seconds}s`;
  void text.offsetWidth;
  text.classList.add("is-running");
  return seconds;
}
