/* The small screen beside one counter: its number, with a slow flash when it is called, which the hub is told of as drawn.
   Rules: drawn.js, words.js, telling.js. Chrome 68. */

import * as Live from "../../antrean/web/static/live.js";
import { memoryIn } from "../../antrean/web/static/memory.js";
import * as OwnName from "../../antrean/web/static/own_name.js";
import * as Drawn from "./drawn.js";
import * as Board from "./board.js";
import * as Telling from "./telling.js";
import * as Words from "./words.js";

const FLASH = 6000;
const place = document.querySelector("[data-side]");
const clock = document.querySelector("[data-clock]");
let believed = clock.textContent !== ""; /* a hub that surely does not know the time shows none */
let flashUntil = 0;
let newest = null;
let live = null;
let giveWay = () => {}; /* of the screen's own name, to a call */

const board = Board.create({
  announcing() {
    return performance.now() < flashUntil;
  },
  utcOffset() {
    return live ? live.utcOffset() : Number(document.body.dataset.utcOffset) || 0;
  },
});

const words = Words.create({
  memory: memoryIn("localStorage", "display.words"),
  send: Telling.tell,
  soon: Telling.soon,
});
const drawn = Drawn.create({
  stands(call) {
    const number = place.querySelector("[data-side-number]");
    return !document.hidden && number !== null && number.textContent === call.number;
  },
  tell(seq) {
    words.say({ seq, shown: true });
  },
});

live = Live.start({
  onView(view) {
    believed = view.clock;
    board.view(view);
    const call = view.calls.length ? view.calls[0].seq : 0;
    if (newest !== null && call > newest) flash();
    newest = call;
    if (alarmed()) giveWay();
    Telling.painted().then(() => {
      drawn.take(view);
    });
  },
  onSecond(hubNow) {
    drawn.look();
    words.tell();
    board.second(hubNow);
    if (performance.now() >= flashUntil) place.classList.remove("is-announcing");
    if (hubNow === null || !live) return;
    const text = believed ? live.clock(hubNow, false) : "";
    if (clock.textContent !== text) clock.textContent = text;
  },
});
giveWay = OwnName.follow(live, () => performance.now() >= flashUntil && !alarmed());

function alarmed() {
  return document.querySelector(".side-alarm") !== null;
}

function flash() {
  flashUntil = performance.now() + FLASH;
  giveWay();
  board.wake();
  place.classList.remove("is-announcing");
  void place.offsetWidth;
  place.classList.add("is-announcing");
}
