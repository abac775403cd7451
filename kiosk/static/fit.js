/* The screens after the services have no pages: what they say is as large as the panel has room for. Large text is half as large
   again where that fits, else as large as fits, and the number takes what is left over. Where the words of two services are long
   the number gives, but it is never smaller with large text than without. */

import { all } from "../../antrean/web/static/dom.js";

const PARTS = ".visit, .spare, .lost, .case, .message, .result";
const BOXES =
  ".visit-ask, .spare-ask, .case-told, .case-ask, .case-list, .keys, .key, .priority, .ticket, .typed, .follow, .slip p, .message-words";
const WORDS = [1.5, 1.4, 1.3, 1.2, 1.1, 1]; /* times usual text */
const NUMBERS = [1, 0.9, 0.8, 0.7];

function cut(box) {
  return box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1;
}

function fits(part, words, number, tight) {
  part.style.setProperty("--t", `${words}rem`);
  part.style.setProperty("--number", number);
  part.classList.toggle("is-tight", tight);
  return !all(BOXES, part).concat(part).some(cut);
}

function fit(part) {
  const large = document.body.hasAttribute("data-large");
  const sizes = large ? WORDS : [1];
  for (const number of NUMBERS) {
    for (const words of sizes) {
      for (const tight of [false, true]) {
        if (!fits(part, words, number, tight)) continue;
        if (large && number === 1) WORDS.some((more) => fits(part, words, more, tight));
        return;
      }
    }
  }
}

/* To be called whenever what is said on the screen changes, or its size. */
export function arrange() {
  for (const part of all(PARTS)) if (part.offsetParent !== null) fit(part);
}
