/* Puts drawn fragments into a page so that what people do there survives: focus and caret, what is being written, an open
   dialog, where a list was scrolled to, a video that plays. Only what differs is touched. Chrome 68. */

import { all } from "./dom.js";
import { Idiomorph } from "./vendor/idiomorph.js";

const ENTERED = ["value", "checked", "selected"];
const drawn = new WeakMap(); /* place -> the markup put there last */
let leftAlone = false;

const HOW = {
  morphStyle: "innerHTML",
  restoreFocus: true,
  callbacks: { beforeNodeMorphed: mayBeDrawn, beforeAttributeUpdated: mayBeUpdated },
};

/* A form that was filled in and not yet answered is its writer's. */
function mayBeDrawn(node) {
  if (!(node instanceof HTMLFormElement) || !node.matches(".is-changed, .is-sending")) return true;
  leftAlone = true;
  return false;
}

/* What stands in the field in use is its writer's; a dialog or <details> was opened by the person before it. */
function mayBeUpdated(name, element) {
  if (ENTERED.includes(name)) return !inUse(element);
  return !(name === "open" && (element instanceof HTMLDialogElement || element instanceof HTMLDetailsElement));
}

function inUse(element) {
  const field = element instanceof HTMLOptionElement ? element.closest("select") : element;
  return field === document.activeElement;
}

/* Every element with data-fragment="name" becomes html[name]; names without one stay as they are. */
export function swapFragments(html) {
  for (const place of all("[data-fragment]")) swap(place, html[place.dataset.fragment]);
}

/* The content of a place becomes this markup, which comes from the hub; undefined leaves it as it is. */
export function swap(place, markup) {
  if (markup === undefined || drawn.get(place) === markup) return;
  const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
  leftAlone = false;
  Idiomorph.morph(place, markup, HOW);
  if (leftAlone) drawn.delete(place);
  else drawn.set(place, markup);
  /* Where an engine can't move an element without taking its focus, or drew another one of that id. */
  const again = focused && document.activeElement.id !== focused && document.getElementById(focused);
  if (again) again.focus();
}
