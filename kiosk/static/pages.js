/* Services on pages. Letters and keys have their least sizes, so an office may have more services than the panel has room for:
   the tiles then stand on as few pages as hold them whole, in columns wide enough for their longest words. On a large panel
   letters get smaller first, as far as 4.8 mm, but never for a visitor who asked for an aid. Words are torn only where not even
   one column is wide enough. Without script the tiles are pushed up by the finger. */

import { all } from "../../antrean/web/static/dom.js";
import * as speech from "./speech.js";
import * as touch from "./touch.js";

const COLUMNS = { lying: [2, 3, 4, 1], upright: [1, 2, 3] }; /* the first that needs the fewest pages */
const WIDE = 25; /* letters' heights of a column that has room for the figure beside the name */
const STEPS = [1, 0.85, 0.72, 0.62]; /* of running text */
const LEAST_MM = 4.8;
const ROUNDING = 0.5; /* pixels; sums of gaps are not exact */
const HIGHEST = 8.5; /* rem of a tile, where there is room for more */
let offers = null;
let page = 0;
let outside = 0; /* the page on which a group was opened */
let kept = null; /* the arrangement that stands, while it holds every tile whole */

function pixels(element) {
  return parseFloat(getComputedStyle(element).fontSize);
}

/* Those that are shown now; the others take no place. */
function offered(choices) {
  const tiles = all(".tile", choices);
  for (const tile of tiles) tile.hidden = !offers(tile);
  return tiles.filter(offers);
}

function upright() {
  return window.innerHeight > window.innerWidth;
}

/* What an arrangement was made for. */
function madeFor(choices, tiles) {
  const aids = ["large", "reach"].filter((aid) => document.body.hasAttribute(`data-${aid}`));
  const { clientWidth, clientHeight } = choices;
  const codes = tiles.map((tile) => tile.dataset.service || tile.dataset.openGroup);
  return [choices.parentElement.lang, clientWidth, clientHeight, aids, codes].join(" ");
}

/* The sizes of letters that may be tried. */
function steps() {
  const usual = STEPS.slice(0, 1);
  if (["large", "reach"].some((aid) => document.body.hasAttribute(`data-${aid}`))) return usual;
  const mm = touch.radius() / 20;
  return usual.concat(STEPS.slice(1).filter((step) => step * pixels(document.documentElement) >= LEAST_MM * mm));
}

function shape(choices, { step, columns, paged, wholeWords }, rows) {
  const grid = choices.querySelector(".tiles");
  if (step < 1) choices.style.setProperty("--t", `${step}rem`);
  else choices.style.removeProperty("--t");
  choices.classList.toggle("is-paged", paged);
  choices.querySelector(".pages").hidden = !paged;
  grid.classList.add("is-arranged");
  grid.classList.toggle("has-whole-words", wholeWords);
  const gap = parseFloat(getComputedStyle(grid).columnGap) || 0;
  const width = (grid.clientWidth - gap * (columns - 1)) / columns;
  grid.classList.toggle("is-narrow", width < WIDE * step * pixels(document.body));
  grid.style.gridTemplateColumns = `repeat(${columns}, minmax(0, 1fr))`;
  grid.style.gridTemplateRows = rows;
  return { grid, gap };
}

function torn(tile) {
  const name = tile.querySelector(".tile-name");
  return name.scrollWidth > name.clientWidth + 1;
}

function cut(tile) {
  return tile.scrollHeight > tile.clientHeight + 1 || torn(tile);
}

/* As many rows on each page as it has room for: lists of their heights. */
function filled(heights, room, gap) {
  const pages = [];
  let used = Infinity;
  for (const height of heights) {
    if (used + gap + height > room + ROUNDING) {
      pages.push([]);
      used = -gap;
    }
    pages[pages.length - 1].push(height);
    used += gap + height;
  }
  return pages;
}

/* The room that is left over goes to all rows of a page alike. */
function stretched(rows, room, gap) {
  const more = (room - gap * (rows.length - 1) - rows.reduce((one, other) => one + other)) / rows.length;
  const highest = HIGHEST * pixels(document.documentElement);
  return rows.map((height) => Math.floor(Math.max(height, Math.min(height + more, highest))));
}

function say(choices, now, many) {
  const word = choices.querySelector(".pages-now");
  word.textContent = word.dataset.words.replace("{now}", now).replace("{all}", many);
}

/* The pages that so many columns give; null where a word or a tile does not fit. Rows are of one height where that takes no
   page more. */
function tried(choices, tiles, way) {
  const { columns, paged, wholeWords } = way;
  say(choices, tiles.length, tiles.length); /* no page says a longer word, so none has less room */
  const { grid, gap } = shape(choices, way, "");
  if (wholeWords && tiles.some(torn)) return null;
  const room = grid.clientHeight;
  const heights = [];
  for (let place = 0; place < tiles.length; place += columns) heights.push(Math.ceil(tiles[place].offsetHeight));
  const tallest = Math.max(...heights);
  if (tallest > room && wholeWords) return null;
  let pages = filled(heights, room, gap);
  const alike = Math.ceil(heights.length / pages.length);
  if (alike * (tallest + gap) - gap <= room) {
    pages = filled(
      heights.map(() => tallest),
      alike * (tallest + gap) - gap,
      gap,
    );
  }
  if (!paged && pages.length > 1) return null;
  return Object.assign({}, way, { pages: pages.map((rows) => stretched(rows, room, gap)) });
}

/* The fewest pages; of equal ways the first, which has the largest letters. */
function best(choices, tiles) {
  const counts = COLUMNS[upright() ? "upright" : "lying"].filter((columns) => columns === 1 || columns <= tiles.length);
  const sizes = steps();
  for (const wholeWords of [true, false]) {
    for (const paged of [false, true]) {
      let found = null;
      for (const step of sizes) {
        for (const columns of counts) {
          const way = tried(choices, tiles, { step, columns, paged, wholeWords });
          if (way && !paged) return way;
          if (way && (!found || way.pages.length < found.pages.length)) found = way;
        }
      }
      if (found) return found;
    }
  }
  return null;
}

function show(choices, tiles, way) {
  const now = Math.min(page, way.pages.length - 1);
  shape(choices, way, way.pages[now].map((height) => `${height}px`).join(" "));
  const before = way.pages.slice(0, now).reduce((rows, one) => rows + one.length, 0) * way.columns;
  tiles.forEach((tile, place) => {
    tile.hidden = place < before || place >= before + way.pages[now].length * way.columns;
  });
  say(choices, now + 1, way.pages.length);
  for (const key of all("[data-page-by]", choices)) {
    const to = now + Number(key.dataset.pageBy);
    key.disabled = to < 0 || to >= way.pages.length;
  }
}

/* Tiles stay where they are as long as each is whole: none is moved under a finger because others wait for it. */
function arrangeOne(choices) {
  const tiles = offered(choices);
  if (!tiles.length) return;
  const wanted = madeFor(choices, tiles);
  if (kept && kept.madeFor === wanted) {
    show(choices, tiles, kept.way);
    if (!tiles.filter((tile) => !tile.hidden).some(cut)) return;
    for (const tile of tiles) tile.hidden = false;
  }
  const way = best(choices, tiles);
  kept = { madeFor: wanted, way };
  show(choices, tiles, way);
}

/* To be called whenever other tiles are seen, or the same in another size. */
export function arrange() {
  for (const choices of all(".choices")) if (choices.offsetParent !== null) arrangeOne(choices);
}

/* The next arrangement owes nothing to the one that stands. */
export function anew() {
  kept = null;
}

/* The next visitor begins on the first page, and so does whoever chooses a second service. */
export function first() {
  page = 0;
  anew();
}

/* A group begins on its first page. */
export function enter() {
  outside = page;
  first();
}

/* Whoever comes out of a group finds it where it was. */
export function leave() {
  page = outside;
  anew();
}

export function turn(key) {
  page = Math.max(0, Math.min(page, kept.way.pages.length - 1) + Number(key.dataset.pageBy));
  arrange();
  /* By keys the next step is the first service of the page. */
  if (key === document.activeElement) key.blur();
  speech.news(".pages-now");
}

/* isOffered(tile): whether it is shown now. */
export function start(isOffered) {
  offers = isOffered;
}
