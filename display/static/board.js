/* The quiet parts of a display: languages in turn, rest, and what rows.js, strip.js and running_text.js turn.
   Everything moves by one call a second; nothing grows. Chrome 68. */

import { all, one, show } from "../../antrean/web/static/dom.js";
import * as Cards from "./cards.js";
import * as Idle from "./idle.js";
import * as Rows from "./rows.js";
import * as RunningText from "./running_text.js";
import * as Strip from "./strip.js";

const PAGE_SECONDS = 8;
const COUNTER_SHARE = 0.72; /* of the big call's width: the rest is its arrow's */
const body = document.body;

/* world: announcing() -> boolean, utcOffset() -> minutes, spoken(language), optional: another language is on */
export function create(world) {
  const rows = Rows.create();
  const cards = Cards.create();
  const strip = Strip.create();
  const running = RunningText.create();
  let screen = JSON.parse(body.dataset.setting).screen;
  let lastCall = null;
  let newest = 0;
  let language = 0;
  let languageLeft = screen.turn_seconds;
  let pageLeft = PAGE_SECONDS;
  let rowLeft = PAGE_SECONDS;
  let large = ""; /* number or announcement that stands large, as one word */

  function view(news) {
    if (news.screen && news.screen.layout !== body.dataset.layout) return location.reload();
    if (news.screen) follow(news.screen);
    const calls = news.calls || [];
    const last = calls.length ? calls[calls.length - 1] : null;
    lastCall = last && last.at;
    if (last && last.seq > newest) {
      newest = last.seq;
      rows.newCall();
      rowLeft = PAGE_SECONDS;
    }
    speak();
    fit();
  }

  function follow(wanted) {
    screen = wanted;
    for (const [name, size] of Object.entries(wanted.sizes)) body.style.setProperty(name, size);
    if (language >= wanted.languages.length) language = 0;
  }

  function speak() {
    const code = screen.languages[language];
    const turning = all("[data-turn]").filter((part) => !part.closest("[data-message]")); /* which has its own turns */
    for (const part of turning) show(part, part.dataset.turn === code);
    if (world.spoken) world.spoken(code);
  }

  /* The call is in its place before long names of the strip are whole. */
  function fit() {
    if (!arranged(true)) arranged(false);
  }

  /* Whether the call has room; `wholeNames` gives the strip two lines for long ones. */
  function arranged(wholeNames) {
    body.classList.remove("is-short");
    cards.fit(); /* first: the calls have what cards and strip leave */
    strip.fit(wholeNames);
    const short = rows.fit();
    if (short) takeUp();
    return fitCall();
  }

  /* What the calls leave of the height is not left empty: more cards, and an upright screen's newest call, take it. */
  function takeUp() {
    const beside = one(".beside");
    if (!beside) return;
    const height = beside.clientHeight;
    body.classList.add("is-short");
    const last = one(".last");
    const place = one(".cards");
    cards.fill(height - last.offsetHeight - (parseFloat(getComputedStyle(place).marginTop) || 0));
    body.classList.toggle("is-vacant", !last.offsetHeight && !place.offsetHeight);
  }

  function second(hubNow) {
    running.second(screen.languages[language]);
    if (hubNow === null) return;
    rest(hubNow);
    turnLanguage();
    turnPages();
  }

  function turnLanguage() {
    languageLeft -= 1;
    if (languageLeft > 0 || world.announcing() || running.busy()) return;
    languageLeft = screen.turn_seconds;
    language = (language + 1) % screen.languages.length;
    speak();
    running.second(screen.languages[language]);
    fit();
  }

  function turnPages() {
    pageLeft -= 1;
    rowLeft -= 1;
    if (pageLeft > 0 && rowLeft > 0) return;
    if (pageLeft <= 0) {
      pageLeft = PAGE_SECONDS;
      cards.turn();
      strip.turn();
    }
    if (rowLeft <= 0) {
      rowLeft = PAGE_SECONDS;
      rows.turn();
    }
    fit();
  }

  function rest(hubNow) {
    const state = Idle.state({
      hubNow,
      minuteOfDay: Idle.minuteOfDay(hubNow, world.utcOffset()),
      lastCall,
      openCounters: screen.open_counters,
      blank: screen.blank,
      announcing: world.announcing(),
    });
    if (body.dataset.rest !== state) body.dataset.rest = state;
    const [right, down] = Idle.shift(hubNow);
    const move = `translate(${right}rem, ${down}rem)`;
    if (body.style.transform !== move) body.style.transform = move;
  }

  /* Letters have other widths once their typeface is there. */
  if (document.fonts && document.fonts.ready) document.fonts.ready.then(fit);

  return {
    view,
    second,
    fit,
    /* A call is being shown: it is bright now, not with the next second. */
    wake() {
      body.dataset.rest = "bright";
    },
    language: () => screen.languages[language],
    /* The number that stands large, or the line of what is announced there: it then needs no row, no card. */
    stands(number, message) {
      const word = `${number} ${message}`;
      if (large === word) return fitCall();
      large = word;
      rows.stands(number);
      cards.stands(message);
      fit();
    },
  };
}

/* The big call: a counter's long name becomes smaller; where height lacks, the quiet label goes first, then the service's
   second line. Returns whether what is left has room. */
function fitCall() {
  const call = one(".now-call");
  if (!call) return true;
  const counter = one("[data-counter]");
  counter.style.fontSize = "";
  counter.style.fontSize = `${Math.min(1, (call.clientWidth * COUNTER_SHARE) / counter.offsetWidth)}em`;
  const last = call.lastElementChild;
  call.classList.remove("is-tight", "is-tightest");
  const over = () => last.offsetTop + last.offsetHeight - call.clientHeight;
  call.classList.toggle("is-tight", over() > -2);
  call.classList.toggle("is-tightest", over() > 1);
  return over() <= 1;
}
