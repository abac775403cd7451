/* Large text, high contrast, keys in the lower half: switched on by whoever stands there, gone with the next visitor.
   And the whole kiosk with five keys: arrows go from target to target, Enter takes it, Escape goes back, F1 says again where one is. */
import { all } from "../../antrean/web/static/dom.js";
import * as explore from "./explore.js";
import * as speech from "./speech.js";

const KINDS = ["large", "contrast", "reach"];
const BACK =
  "[data-back], [data-spare-back], [data-papers-back], [data-leave-group], [data-only-one], [data-page-by='-1'], [data-step-back], [data-done], [data-give-up]"; /* the first that is there */
const body = document.body;
const usual = { large: false, contrast: false, reach: body.hasAttribute("data-reach") };

function set(kind, on) {
  if (on) body.setAttribute(`data-${kind}`, "");
  else body.removeAttribute(`data-${kind}`);
  if (kind === "contrast") body.classList.toggle("theme-contrast", on);
  all(`[data-aid=${kind}]`).forEach((key) => {
    key.setAttribute("aria-pressed", on ? "true" : "false");
  });
}

export function reset() {
  explore.stop();
  speech.stop();
  KINDS.forEach((kind) => {
    set(kind, usual[kind]);
  });
}

export function inUse() {
  return KINDS.some((kind) => body.hasAttribute(`data-${kind}`) !== usual[kind]);
}

/* -- five keys ------------------------------------------------------------------------- */

const NEXT = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/* What can be chosen now: the screen's own targets first, then languages and aids. */
function targets() {
  const shown = (key) => key.offsetParent !== null && !key.disabled;
  const own = all("main a, main button, main input[type=checkbox]").filter(shown);
  return own.concat(all("header a, header button, footer a, footer button").filter(shown));
}

function pressed(event) {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (NEXT[event.key]) {
    event.preventDefault();
    step(NEXT[event.key]);
  } else if (event.key === "Escape" || event.key === "Backspace") {
    const back = targets().filter((key) => key.matches(BACK))[0];
    if (!back) return;
    event.preventDefault();
    back.click();
  } else if (event.key === "Enter" && document.activeElement.type === "checkbox") {
    event.preventDefault();
    document.activeElement.click();
    speech.reached(document.activeElement);
  } else if (event.key === "F1") {
    event.preventDefault();
    speech.again();
  }
}

function step(by) {
  const keys = targets();
  if (!keys.length) return;
  const at = keys.indexOf(document.activeElement);
  const next = at < 0 ? (by > 0 ? 0 : keys.length - 1) : (at + by + keys.length) % keys.length;
  keys[next].focus();
  speech.reached(keys[next]);
}

export function start(changed) {
  document.addEventListener("click", (event) => {
    const key = event.target.closest("[data-aid]");
    if (!key) return;
    set(key.dataset.aid, !body.hasAttribute(`data-${key.dataset.aid}`));
    changed();
  });
  document.addEventListener("keydown", pressed);
  reset();
}
