/* Cards: as many as can be read and have room, the others in turn. What stands large has no card meanwhile. Chrome 68. */

import { all, one, show, write } from "../../antrean/web/static/dom.js";
import * as Paging from "./paging.js";

const CARD_EMS = 20; /* the width that a card's words need */

/* Returns {stands(seq), turn(), fit(), fill(height)}. */
export function create() {
  let page = 0;
  let large = null;
  let cards = [];
  let columns = 1;
  let tallest = 1; /* the height of a line of cards */

  function fit() {
    const place = one(".cards");
    if (!place) return; /* the small screen of a counter */
    const list = one("[data-cards]");
    const every = list ? all("li", list) : [];
    cards = every.filter((card) => large === null || card.dataset.news !== large);
    document.body.classList.toggle("has-cards", cards.length > 0);
    place.classList.toggle("is-bare", !cards.length);
    for (const card of every) show(card, cards.includes(card));
    if (!cards.length) return;
    const letter = Math.max(parseFloat(getComputedStyle(list).fontSize), 1);
    columns = Math.max(1, Math.floor(list.clientWidth / (letter * CARD_EMS)));
    list.style.gridTemplateColumns = `repeat(${Math.min(columns, cards.length)}, minmax(0, 1fr))`;
    tallest = Math.max(...cards.map((card) => card.offsetHeight)) + (parseFloat(getComputedStyle(list).rowGap) || 0);
    draw(1);
  }

  /* The calls leave so much of the height: where it holds more than one line of cards, they stand below each other. */
  function fill(height) {
    if (cards.length) draw(Math.max(1, Math.floor(height / tallest)));
  }

  function draw(lines) {
    const cut = Paging.pages(cards.length, columns * lines);
    page = page % cut.length;
    const [from, until] = cut[page];
    cards.forEach((card, index) => {
      show(card, index >= from && index < until);
    });
    one("[data-cards]").style.gridTemplateColumns = `repeat(${Math.min(columns, until - from)}, minmax(0, 1fr))`;
    const count = one("[data-cards-page]");
    show(count, cut.length > 1);
    write(count, `${page + 1}/${cut.length}`);
  }

  return {
    fit,
    fill,
    /* What staff announce in this line stands large now, null for nothing. */
    stands(seq) {
      large = seq === null ? null : String(seq);
    },
    turn() {
      page += 1;
    },
  };
}
