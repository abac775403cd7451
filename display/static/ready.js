/* The board of what is ready to be collected: codes by page, new ones marked as they come, and above them who is called. It
   announces no call and tells the hub of none. Rules: ready_pages.js. Chrome 68. */

import { all, one, show, write } from "../../antrean/web/static/dom.js";
import * as Live from "../../antrean/web/static/live.js";
import * as OwnName from "../../antrean/web/static/own_name.js";
import * as Board from "./board.js";
import * as ReadyPages from "./ready_pages.js";
import * as Silence from "./silence.js";
import * as Speaker from "./speaker.js";

const MARKED = 120000; /* so long a code that has just come is marked */
const BRIGHT = 20000; /* and so long the board is bright for it */
const FLASH = 6000; /* a call */
const CALLS_SECONDS = 8;
const AGAIN = 30000; /* new codes come to the front at most so often: otherwise nobody would read the other pages */
const CHIME_AGAIN = 60000;
const body = document.body;
const clock = one("[data-clock]");
let believed = clock.textContent !== ""; /* a hub that surely does not know the time shows none */
let live = null;
let giveWay = () => {}; /* of the screen's own name, to what is new */
let known = keys(); /* of the codes that were drawn last */
let drawn = ""; /* the markup of the codes */
let laid = null; /* how they are laid out, and of what: measuring hundreds takes time */
const marked = new Map(); /* until when, by key */
let brightUntil = 0;
let turn = 0; /* of a round of pages */
let pageLeft = 0;
let frontAt = -AGAIN;
let chimedAt = -CHIME_AGAIN;
let newestCall = null;
let flashUntil = 0;
let callsPage = 0;
let callsLeft = CALLS_SECONDS;
let blocked = false;
let screen = JSON.parse(body.dataset.setting).screen; /* `chime`: the office wants to hear of new codes */

const speaker = screen.chime ? loudspeaker() : null;

/* A board that is silent asks nobody for a touch. */
function loudspeaker() {
  return Speaker.create({
    folder: "",
    onBlocked(is) {
      blocked = is;
      tellBlocked();
    },
  });
}

function tellBlocked() {
  show(one("[data-sound-blocked]"), blocked && screen.chime);
}

const board = Board.create({
  announcing: () => performance.now() < brightUntil,
  utcOffset: () => (live ? live.utcOffset() : Number(body.dataset.utcOffset) || 0),
  spoken: arrange,
});

/* -- codes ------------------------------------------------------------------------------------------ */

function takeCodes(view) {
  const now = performance.now();
  const before = known;
  known = keys();
  const fresh = Array.from(known).filter((key) => !before.has(key));
  if (drawn !== view.html.ready_codes) laid = null;
  drawn = view.html.ready_codes;
  for (const key of Array.from(marked.keys())) if (!known.has(key)) marked.delete(key);
  if (!fresh.length) return;
  for (const key of fresh) marked.set(key, now + MARKED);
  wake(BRIGHT);
  if (now - frontAt >= AGAIN) {
    frontAt = now;
    turn = 0;
    pageLeft = 0;
  }
  chime(view.sound, now);
}

/* A visit of which one more person's is ready has a new code to read. */
function keys() {
  return new Set(all("[data-code]").map(keyOf));
}

function keyOf(tile) {
  return tile.textContent;
}

function chime(sound, now) {
  const hubNow = live ? live.hubNow() : null;
  if (!speaker || !screen.chime || now - chimedAt < CHIME_AGAIN) return;
  if (Silence.reason({}, sound, hubNow, live ? live.utcOffset() : 0) === "muted") return;
  chimedAt = now;
  speaker.awake().then((awake) => {
    if (awake) speaker.bell(sound.volume);
  });
}

function arrange() {
  arrangeCalls();
  const codes = one(".codes");
  const parts = all("[data-group]", codes);
  if (!parts.length) return;
  const least = parseFloat(getComputedStyle(codes).fontSize);
  const of = [codes.clientWidth, codes.clientHeight, least];
  if (!laid || laid.of.some((length, index) => length !== of[index])) laid = { of, ...measured(codes, parts, least) };
  const round = ReadyPages.round(laid.pages);
  turn %= round.length;
  const page = round[turn];
  if (pageLeft <= 0) pageLeft = ReadyPages.seconds(laid.pages[page]);
  draw(codes, parts, page);
}

function measured(codes, parts, least) {
  const tiles = parts.map((part) => all("li", part));
  const every = tiles.reduce((before, some) => before.concat(some), []);
  for (const part of parts) show(part.parentNode, true);
  for (const tile of every) show(tile, true);
  codes.style.setProperty("--size", `${least}px`);
  codes.classList.add("is-measured");
  const widths = every.map((tile) => tile.offsetWidth);
  const height = every[0].offsetHeight;
  const head = one("h2", codes).offsetHeight;
  codes.classList.remove("is-measured");
  const width = ReadyPages.column(widths);
  every.forEach((tile, index) => {
    tile.style.setProperty("--part", Math.min(1, width / widths[index]).toFixed(3));
  });
  return ReadyPages.layout({
    counts: tiles.map((some) => some.length),
    room: { width: codes.clientWidth, height: codes.clientHeight },
    head,
    tile: (size) => ({ width: (width * size) / least, height: (height * size) / least }),
    least,
    most: parseFloat(getComputedStyle(one("[data-most]")).fontSize),
  });
}

function draw(codes, parts, page) {
  const now = performance.now();
  codes.style.setProperty("--size", `${laid.size}px`);
  codes.style.setProperty("--columns", laid.columns);
  parts.forEach((part, group) => {
    const on = laid.pages[page].find((some) => some.group === group);
    show(part.parentNode, Boolean(on));
    if (!on) return;
    const tiles = all("li", part);
    tiles.forEach((tile, index) => {
      show(tile, index >= on.from && index < on.until);
      tile.classList.toggle("is-new", (marked.get(keyOf(tile)) || 0) > now);
    });
    /* Down and then across, as lists by the alphabet are read. */
    part.style.gridTemplateRows = `repeat(${Math.ceil((on.until - on.from) / laid.columns)}, auto)`;
    const span = one("[data-span]", part.parentNode);
    const ends = [tiles[on.from], tiles[on.until - 1]].map((tile) => tile.dataset.code.slice(0, 2));
    if (span) write(span, laid.pages.length > 1 ? ends.join(" – ") : "");
  });
  const which = one("[data-page]", codes);
  show(which, laid.pages.length > 1);
  write(which, `${page + 1} / ${laid.pages.length}`);
}

function turnPage() {
  pageLeft -= 1;
  if (pageLeft > 0) return;
  turn += 1;
  turnPickup();
  arrange();
}

/* Of several services at which codes are collected, one stands below with each page. */
function turnPickup() {
  const places = all("[data-pickup]");
  if (places.length < 2) return;
  const next = (places.findIndex((place) => !place.hidden) + 1) % places.length;
  places.forEach((place, index) => {
    show(place, index === next);
  });
}

/* -- calls ------------------------------------------------------------------------------------------ */

function takeCalls(view) {
  const call = view.calls.length ? view.calls[0].seq : 0;
  if (newestCall !== null && call > newestCall) {
    callsPage = 0;
    callsLeft = CALLS_SECONDS;
    flashUntil = performance.now() + FLASH;
    wake(FLASH);
  }
  newestCall = call;
}

/* As many whole ones as there is room for. Whoever is still expected comes by in turn; the others have what is left. */
function arrangeCalls() {
  const list = one(".calls ul");
  if (!list) return;
  const calls = all("li", list);
  for (const call of calls) show(call, true);
  const widest = Math.max(...calls.map((call) => call.offsetWidth));
  const expected = calls.filter((call) => call.classList.contains("is-standing")).length;
  const place = one("[data-calls-more]");
  const room = () => Math.max(1, Math.floor((list.clientWidth + 1) / widest));
  show(place, false);
  show(place, expected > room()); /* it takes some of their room */
  const fits = room();
  const pages = Math.max(1, Math.ceil(expected / fits));
  const from = (callsPage % pages) * fits;
  calls.forEach((call, index) => {
    show(call, index >= from && index < from + fits);
    const flashes = Number(call.dataset.call) === newestCall && performance.now() < flashUntil;
    call.classList.toggle("is-announcing", flashes);
  });
  write(place, `+${Math.max(0, expected - fits)}`);
}

function turnCalls() {
  callsLeft -= 1;
  if (callsLeft > 0) return;
  callsLeft = CALLS_SECONDS;
  callsPage += 1;
  arrangeCalls();
}

/* -- wiring ----------------------------------------------------------------------------------------- */

function wake(milliseconds) {
  brightUntil = Math.max(brightUntil, performance.now() + milliseconds);
  giveWay();
  board.wake();
}

live = Live.start({
  onView(view) {
    believed = view.clock;
    screen = view.screen;
    if (screen.chime && !speaker) return location.reload();
    tellBlocked();
    takeCodes(view);
    takeCalls(view);
    board.view(view);
  },
  onSecond(hubNow) {
    board.second(hubNow);
    turnPage();
    turnCalls();
    if (hubNow === null || !live) return;
    const text = believed ? live.clock(hubNow, false) : "";
    if (clock.textContent !== text) clock.textContent = text;
  },
});
giveWay = OwnName.follow(live, () => performance.now() >= flashUntil && !one(".codes-alarm"));
window.addEventListener("resize", arrange);
/* The page is laid out as it was sent, before the connection stands; letters have other widths once their typeface is there. */
arrange();
if (document.fonts && document.fonts.ready) {
  document.fonts.ready.then(() => {
    laid = null;
    arrange();
  });
}
if (speaker) speaker.awake();
