/* Cards: as many side by side as can be read, the others in turn. Chrome 68. */

import { all, one, show, write } from "../../antrean/web/static/dom.js";
import * as Paging from "./paging.js";

const CARD_EMS = 20; /* the width that a card's words need */

/* Returns {turn(), fit()}. */
export function create() {
  let page = 0;

  function fit() {
    const list = one("[data-cards]");
    document.body.classList.toggle("has-cards", Boolean(list));
    if (!list) return;
    const letter = Math.max(parseFloat(getComputedStyle(list).fontSize), 1);
    const cards = all("li", list);
    const columns = Math.max(1, Math.floor(list.clientWidth / (letter * CARD_EMS)));
    const cut = Paging.pages(cards.length, columns);
    page = page % cut.length;
    const [from, until] = cut[page];
    cards.forEach((card, index) => {
      show(card, index >= from && index < until);
    });
    list.style.gridTemplateColumns = `repeat(${until - from}, minmax(0, 1fr))`;
    const count = one("[data-cards-page]");
    show(count, cut.length > 1);
    write(count, `${page + 1}/${cut.length}`);
  }

  return {
    fit,
    turn() {
      page += 1;
    },
  };
}
