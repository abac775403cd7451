/* The documents that a service asks for, before the number of persons: what the hub said last of them, in every language, on as
   many pages as hold them whole. The key that says "I have these" comes with the last page. */
import { all } from "../../antrean/web/static/dom.js";

const WORDS = [1.5, 1.4, 1.3, 1.2, 1.1, 1]; /* times usual text, for whoever asked for large letters */
const MOST_LETTERS = 500; /* on one page: as much as is read aloud at once */
let page = 0;

function said(service, lang) {
  return document.querySelector(`[data-fragment="bring.${lang}"] [data-bring-of="${service}"]`);
}

export function asksFor(service, lang) {
  return Boolean(said(service, lang));
}

/* Shows those of a service, from the first page on. */
export function show(service) {
  page = 0;
  fill(service);
}

/* Puts there what the hub says now. */
export function fill(service) {
  for (const part of all('[data-of="documents"] .in-language')) {
    const now = said(service, part.lang);
    const place = part.querySelector("[data-bring]");
    if (now && place.innerHTML !== now.innerHTML) place.innerHTML = now.innerHTML;
  }
}

export function turn() {
  page += 1;
}

/* Returns whether there was a page before. */
export function back() {
  page -= 1;
  return page >= 0;
}

function cut(box) {
  return box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1;
}

/* Shows as many documents as fit from this one on, one at least; returns how many. */
function filled(what, items, from) {
  items.forEach((item) => {
    item.hidden = true;
  });
  let letters = 0;
  let count = 0;
  for (const item of items.slice(from)) {
    letters += item.textContent.length;
    item.hidden = false;
    if (count && (letters > MOST_LETTERS || cut(what))) {
      item.hidden = true;
      break;
    }
    count += 1;
  }
  return count;
}

/* The first document of each page. */
function pagesOf(what, items) {
  const starts = [];
  for (let from = 0; from < items.length; ) {
    starts.push(from);
    from += filled(what, items, from);
  }
  return starts;
}

function arrangeOne(part) {
  const what = part.querySelector(".papers-what");
  const items = all(".papers-list li", part);
  const large = document.body.hasAttribute("data-large");
  const word = part.querySelector(".papers-now");
  let starts = [0];
  for (const size of large ? WORDS : [1]) {
    part.style.setProperty("--t", `${size}rem`);
    word.hidden = false;
    starts = pagesOf(what, items);
    if (starts.every((from) => filled(what, items, from) && !cut(what))) break;
  }
  page = Math.max(0, Math.min(page, starts.length - 1));
  const last = page === starts.length - 1;
  filled(what, items, starts[page] || 0);
  word.hidden = starts.length < 2;
  word.textContent = word.dataset.words.replace("{now}", page + 1).replace("{all}", starts.length);
  part.querySelector(".papers-list").setAttribute("start", (starts[page] || 0) + 1);
  part.querySelector("[data-more-papers]").hidden = last;
  part.querySelector("[data-have]").hidden = !last;
}

/* To be called whenever other documents are seen, or the same in another size. */
export function arrange() {
  for (const part of all(".papers")) if (part.offsetParent !== null) arrangeOne(part);
}
