/* The running text, in the language that is on: one layer moved by the compositor, and only when it does not fit. Whoever asked
   for less motion reads it line by line. Chrome 68. */

import { all, show } from "../../antrean/web/static/dom.js";

const STANDS = 10; /* seconds */
const PIXELS_A_SECOND = 90;
const still = window.matchMedia("(prefers-reduced-motion: reduce)");

/* Returns {second(language), busy()}. */
export function create() {
  let left = 0;
  let shown = null;
  let lines = 1; /* more than one where the text stands line by line, */
  let width = 0; /* which begin anew where their place becomes narrower or wider */

  /* Once a second. */
  function second(language) {
    const texts = all("[data-running]");
    const wanted = texts.filter((text) => text.dataset.running === language || text.dataset.running === "")[0] || null;
    /* News may have drawn the text anew, or another one in its place. */
    const there = wanted !== null && shown === wanted && !shown.hidden;
    if (there && left > 0 && (lines > 1 ? width === shown.parentNode.clientWidth : !outgrown(shown))) {
      left -= 1;
      if (lines > 1) turnLine();
      return;
    }
    shown = wanted;
    for (const text of texts) {
      show(text, text === shown);
      text.classList.remove("is-running");
      text.style.marginTop = "";
      text.parentNode.classList.remove("is-by-lines");
    }
    lines = 1;
    left = shown ? begin(shown) : 0;
  }

  function begin(text) {
    if (!still.matches || text.scrollWidth <= text.parentNode.clientWidth) return run(text);
    text.parentNode.classList.add("is-by-lines");
    width = text.parentNode.clientWidth;
    lines = Math.round(text.offsetHeight / text.parentNode.clientHeight);
    return lines * STANDS;
  }

  function turnLine() {
    const line = lines - Math.max(1, Math.ceil(left / STANDS));
    shown.style.marginTop = `${-line * shown.parentNode.clientHeight}px`;
  }

  return {
    second,
    /* A text that runs is read to its end before another language is on. */
    busy: () =>
      shown !== null && document.contains(shown) && (lines > 1 || shown.classList.contains("is-running")) && left > 0,
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
