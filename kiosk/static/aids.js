/* Large text, high contrast, keys in the lower half: switched on by whoever stands there, gone with the next visitor.
   And the whole kiosk with five keys: arrows go from target to target, Enter takes it, Escape goes back, F1 says again where one is. */
// biome-ignore lint/correctness/noUnusedVariables: a global of the page's other scripts
var Aids = (function () {
  "use strict";

  var KINDS = ["large", "contrast", "reach"];
  var body = document.body;
  var usual = { large: false, contrast: false, reach: body.hasAttribute("data-reach") };

  function all(selector) {
    return Array.prototype.slice.call(document.querySelectorAll(selector));
  }

  function set(kind, on) {
    if (on) body.setAttribute("data-" + kind, "");
    else body.removeAttribute("data-" + kind);
    if (kind === "contrast") body.classList.toggle("theme-contrast", on);
    all("[data-aid=" + kind + "]").forEach(function (key) {
      key.setAttribute("aria-pressed", on ? "true" : "false");
    });
  }

  function reset() {
    Speech.stop();
    KINDS.forEach(function (kind) {
      set(kind, usual[kind]);
    });
  }

  function inUse() {
    return KINDS.some(function (kind) {
      return body.hasAttribute("data-" + kind) !== usual[kind];
    });
  }

  /* -- five keys ------------------------------------------------------------------------- */

  var NEXT = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

  /* What can be chosen now: the screen's own targets first, then languages and aids. */
  function targets() {
    var shown = function (key) {
      return key.offsetParent !== null && !key.disabled;
    };
    var own = all("main a, main button, main input[type=checkbox]").filter(shown);
    return own.concat(all("header a, header button, footer button").filter(shown));
  }

  function pressed(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (NEXT[event.key]) {
      event.preventDefault();
      step(NEXT[event.key]);
    } else if (event.key === "Escape" || event.key === "Backspace") {
      var back = targets().filter(function (key) {
        return key.matches("[data-back], [data-done]");
      })[0];
      if (!back) return;
      event.preventDefault();
      back.click();
    } else if (event.key === "Enter" && document.activeElement.type === "checkbox") {
      event.preventDefault();
      document.activeElement.click();
      Speech.reached(document.activeElement);
    } else if (event.key === "F1") {
      event.preventDefault();
      Speech.again();
    }
  }

  function step(by) {
    var keys = targets();
    if (!keys.length) return;
    var at = keys.indexOf(document.activeElement);
    var next = at < 0 ? (by > 0 ? 0 : keys.length - 1) : (at + by + keys.length) % keys.length;
    keys[next].focus();
    Speech.reached(keys[next]);
  }

  function start(changed) {
    document.addEventListener("click", function (event) {
      var key = event.target.closest("[data-aid]");
      if (!key) return;
      set(key.dataset.aid, !body.hasAttribute("data-" + key.dataset.aid));
      changed();
    });
    document.addEventListener("keydown", pressed);
    reset();
  }

  return { start: start, reset: reset, inUse: inUse };
})();
