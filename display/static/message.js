/* What staff announce, large in the place of the call: one language after the other, in the largest letters that fit. What is
   shown when, announcements.js decides. Chrome 68. */

import { all } from "../../antrean/web/static/dom.js";
import { MESSAGE_TURN } from "./announcements.js";

const LARGEST = 7; /* rem */
const SMALLEST = 2;
const STEP = 0.25;

/* panel: the place of the big call */
export function create(panel) {
  const place = panel.querySelector("[data-message]");
  const words = place.querySelector("[data-message-words]");
  let shown = null; /* {seq, message} */
  let language = 0;
  let left = 0;

  /* A call, a message, or null. An urgent one that is said again goes on in the language that is on. */
  function show(call) {
    const message = call && call.message ? call : null;
    const same = message && shown && shown.seq === message.seq;
    shown = message;
    place.hidden = !message;
    panel.classList.toggle("is-message", Boolean(message));
    panel.classList.toggle("is-urgent", Boolean(message && message.urgent));
    if (!message || same) return;
    language = 0;
    left = MESSAGE_TURN / 1000;
    say();
  }

  function say() {
    const codes = Object.keys(shown.message);
    const code = codes[language % codes.length];
    words.lang = code;
    speakHead(code);
    words.textContent = shown.message[code];
    fit();
  }

  /* What stands above the words is in their language, where the office has it. */
  function speakHead(code) {
    const heads = all("[data-turn]", place);
    if (!heads.some((head) => head.dataset.turn === code)) return;
    for (const head of heads) head.hidden = head.dataset.turn !== code;
  }

  function fit() {
    if (!shown) return;
    let size = LARGEST;
    do {
      words.style.fontSize = `${size}rem`;
      size -= STEP;
    } while (size >= SMALLEST && (place.scrollHeight > place.clientHeight || words.scrollWidth > words.clientWidth));
  }

  function second() {
    if (!shown) return;
    left -= 1;
    if (left > 0) return;
    left = MESSAGE_TURN / 1000;
    language += 1;
    if (Object.keys(shown.message).length > 1) say();
  }

  return { show, fit, second };
}
