/* The strip below: pages of services, then of counters. Chrome 68. */

import { all, one, show } from "../../antrean/web/static/dom.js";
import * as Paging from "./paging.js";

const ITEM_EMS = 7.6; /* the width of one item */
const LONG = 26; /* letters: a longer name may not have room on one line */

/* Returns {turn(), fit(wholeNames)}; `wholeNames`: long names have two lines, and the strip is higher. */
export function create() {
  let page = 0;

  function fit(wholeNames) {
    const strip = one("[data-strip]");
    if (!strip) return;
    strip.classList.toggle("has-long-names", wholeNames && all(".strip-name > span", strip).some(isLong));
    const lines = Number(getComputedStyle(strip).getPropertyValue("--strip-lines")) || 1;
    const cut = pagesOf(strip, lines);
    if (!cut.length) return;
    page = page % cut.length;
    for (const part of all("[data-part]", strip)) {
      const on = cut[page].part === part;
      show(part, on);
      if (on) showPage(cut[page], lines);
    }
  }

  return {
    fit,
    turn() {
      page += 1;
    },
  };
}

/* [{part, from, until, columns}, ...]; parts without items have no page. */
function pagesOf(strip, lines) {
  const letter = Math.max(parseFloat(getComputedStyle(strip).fontSize), 1);
  const columns = Math.max(1, Math.floor(strip.clientWidth / (letter * ITEM_EMS)));
  const found = [];
  /* An upright screen has no counters here. */
  const counters = getComputedStyle(strip).getPropertyValue("--strip-counters").trim() !== "none";
  for (const part of all("[data-part]", strip)) {
    if (part.dataset.part === "counters" && !counters) continue;
    const count = all("[data-items] > li", part).length;
    if (!count) continue;
    for (const [from, until] of Paging.pages(count, columns * lines))
      found.push({ part, from, until, columns: Math.ceil((until - from) / lines) });
  }
  return found;
}

function isLong(name) {
  return name.textContent.length > LONG;
}

function showPage({ part, from, until, columns }, lines) {
  all("[data-items] > li", part).forEach((item, index) => {
    show(item, index >= from && index < until);
    /* An odd one on two lines takes the whole of its line: no hole beside it. */
    const odd = lines > 1 && index === until - 1 && (until - from) % columns === 1;
    item.style.gridColumn = odd && columns > 1 ? "1 / -1" : "";
  });
  one("[data-items]", part).style.gridTemplateColumns = `repeat(${columns}, minmax(0, 1fr))`;
}
