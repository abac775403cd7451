/* Finding and writing what stands on a page. What already says so is not touched: writing costs a redraw and, where it is
   read aloud, a second reading. */

export function one(selector, within = document) {
  return within.querySelector(selector);
}

export function all(selector, within = document) {
  return Array.from(within.querySelectorAll(selector));
}

export function write(place, words) {
  const text = String(words);
  if (place.textContent !== text) place.textContent = text;
}

export function show(place, shown) {
  if (place.hidden === shown) place.hidden = !shown;
}

/* An element with these words; words are never read as markup. */
export function make(tag, words = "", classes = "") {
  const made = document.createElement(tag);
  made.textContent = words;
  if (classes) made.className = classes;
  return made;
}
