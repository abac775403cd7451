/* Why something was not done, or can't be, in words near the big button, for as long as it takes to read them. */

const SAID_FOR = 7000;
let timer = null;

function place() {
  return document.querySelector("[data-refusal]");
}

export function start() {
  place().addEventListener("click", clear);
}

export function say(message) {
  place().textContent = message;
  clearTimeout(timer);
  timer = setTimeout(clear, SAID_FOR);
}

export function clear() {
  clearTimeout(timer);
  place().textContent = "";
}
