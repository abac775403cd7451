/* The running text, in the language that is on: one layer moved by the compositor, and only when it does not fit. Chrome 68. */

import { all, show } from "../../antrean/web/static/dom.js";

const STANDS = 10; /* seconds */
const PIXELS_A_SECOND = 90;

/* Returns {second(language), busy()}. */
export function create() {
  let left = 0;
  let shown = null;

  /* Once a second. */
  function second(language) {
    const texts = all("[data-running]");
    const wanted = texts.filter((text) => text.dataset.running === language || text.dataset.running === "")[0] || null;
    /* News may have drawn the text anew, or another one in its place. */
    const there = wanted !== null && shown === wanted && !shown.hidden;
    if (there && left > 0 && !outgrown(shown)) {
      left -= 1;
      return;
    }
    shown = wanted;
    for (const text of texts) {
      show(text, text === shown);
      text.classList.remove("is-running");
    }
    left = shown ? run(shown) : 0;
  }

  return {
    second,
    /* A text that runs is read to its end before another language is on. */
    busy: () => shown !== null && document.contains(shown) && shown.classList.contains("is-running") && left > 0,
  };
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
