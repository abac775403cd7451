/* The last calls: as many whole rows as there is room for; those whose visitors are still expected come by in turn. Chrome 68. */

import { all, one, show, write } from "../../antrean/web/static/dom.js";
import * as Paging from "./paging.js";

/* Returns {stands(number), newCall(), turn(), fit()}; `fit` tells whether all rows have room. */
export function create() {
  let page = 0;
  let large = null; /* the number that stands large, and so not among the rows */

  function fit() {
    const list = one(".last-rows ul");
    if (!list) return false;
    const every = all("li", list);
    const rows = every.filter((row) => row.dataset.row !== large);
    list.classList.remove("is-full", "is-dense");
    for (const row of every) show(row, row.dataset.row !== large);
    one(".last").classList.toggle("is-bare", !rows.length);
    if (!rows.length) {
      tellMore(0);
      return true;
    }
    const tooMany = () => pagesOf(rows.filter(standing), list).length > 1;
    if (tooMany()) for (const goal of all("[data-goal]")) show(goal, false); /* it gives way first */
    list.classList.toggle("is-dense", tooMany());
    const first = fitting(rows, list);
    for (const row of rows) show(row, first.includes(row));
    list.classList.toggle("is-full", first.length < rows.length);
    tellMore(rows.filter((row) => standing(row) && row.hidden).length);
    return first.length === rows.length;
  }

  /* Who is still expected may not be pushed out by calls that have been answered. */
  function fitting(rows, list) {
    const expected = rows.filter(standing);
    const cut = pagesOf(expected, list);
    page = page % cut.length;
    const from = cut[page][0];
    /* A last page that is not full goes on with the first rows. */
    const wanted =
      cut.length === 1
        ? expected.concat(rows.filter((row) => !standing(row)))
        : expected.slice(from).concat(expected.slice(0, from));
    return wanted.slice(0, pagesOf(wanted, list)[0][1]);
  }

  return {
    fit,
    /* This number stands large now, null for none. */
    stands(number) {
      large = number;
    },
    /* A new call is read at once, whichever rows were on. */
    newCall() {
      page = 0;
    },
    turn() {
      page += 1;
    },
  };
}

/* A counter's long name takes a second line, so each row has its own height. */
function pagesOf(rows, list) {
  const columns = list.classList.contains("is-dense") ? getComputedStyle(list).getPropertyValue("--dense-columns") : 1;
  const between = rows.length ? parseFloat(getComputedStyle(rows[0]).marginBottom) || 0 : 0;
  const heights = rows.map((row) => row.offsetHeight + between);
  return Paging.fill(heights, list.clientHeight + between + 1, Number(columns) || 1);
}

function standing(row) {
  return row.classList.contains("is-standing");
}

function tellMore(count) {
  const more = one("[data-rows-more]");
  if (!more) return;
  show(more, count > 0);
  write(one("[data-rows-more-count]"), count);
}
