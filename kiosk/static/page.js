/* Finding parts of the page. */

export function each(selector, what, within = document) {
  for (const part of within.querySelectorAll(selector)) what(part);
}
