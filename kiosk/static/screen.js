/* Which screen is shown, and in which language. Going back in the browser never leaves the kiosk. */
import { all } from "../../antrean/web/static/dom.js";
import * as countdown from "./countdown.js";
import * as documents from "./documents.js";
import * as fit from "./fit.js";
import * as groups from "./groups.js";
import * as pages from "./pages.js";
import * as speech from "./speech.js";
import * as touch from "./touch.js";

const BY_TOUCH = [
  "start",
  "spare",
  "spared",
  "documents",
  "persons",
  "second",
  "lost",
  "code",
]; /* the other screens come when the hub has answered, or has not */
const SETTLE = 800; /* milliseconds; slow hands tap twice within them */
const SETTLE_RESULT = 1500; /* a number that vanished by accident is not seen again */
const main = document.querySelector(".kiosk-main");
let guarded = false;

export function current() {
  return document.body.dataset.screen;
}

export function language() {
  return document.documentElement.lang;
}

export function show(screen) {
  const turned = current() !== screen;
  document.body.dataset.screen = screen;
  const of = screen === "second" ? "start" : screen; /* a second service is chosen from the same tiles */
  for (const part of all("[data-of]")) part.hidden = part.dataset.of !== of;
  if (turned && BY_TOUCH.indexOf(screen) >= 0) touch.rest();
  else if (turned) touch.settle(main, screen === "result" ? SETTLE_RESULT : SETTLE);
  main.scrollTop = 0;
  const asked = heading();
  if (asked) asked.focus({ preventScroll: true });
  countdown.begin(screen);
  arrange();
  rememberScreen(screen);
  if (turned) speech.turned();
}

/* The question, or what is said in its place, in the language that is on. */
export function heading() {
  return all("h1", main).filter((part) => part.offsetParent !== null)[0];
}

export function speak(code) {
  document.documentElement.lang = code;
  for (const part of all(".in-language")) part.hidden = part.lang !== code;
  for (const key of all("[data-choose-language]")) {
    if (key.dataset.chooseLanguage === code) key.setAttribute("aria-current", "true");
    else key.removeAttribute("aria-current");
  }
  arrange();
  speech.turned();
}

/* To be called whenever something else is said on the screen, or in another size. */
export function arrange() {
  groups.arrange();
  pages.arrange();
  documents.arrange();
  fit.arrange();
}

/* A page that is loaded again shows the number again, until its visitor has gone. */
function rememberScreen(screen) {
  const result = screen === "result" && document.querySelector("[data-result] [data-ticket]:not([data-found])");
  const number = result && result.dataset.ticket;
  const tickets = document.querySelector("form[data-issue]").action;
  history.replaceState(null, "", tickets.replace(/tickets$/, number ? `tickets/${number}` : ""));
}

/* A browser passes over entries that a page adds untouched, so the one to fall back from is added at a touch. */
export function guardHistory() {
  if (!guarded) history.pushState(null, "", location.href);
  guarded = true;
}

/* onBack(): the visitor went back, by a swipe or a tablet's key, from a screen that has a "Back". */
export function start(onBack) {
  window.addEventListener("resize", arrange);
  if (document.fonts)
    document.fonts.ready.then(() => {
      pages.anew();
      arrange();
    });
  window.addEventListener("popstate", () => {
    guarded = false;
    if (BY_TOUCH.includes(current()) && (current() !== "start" || groups.current())) onBack();
    else rememberScreen(current());
  });
}
