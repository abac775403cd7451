/* Turns the kiosk's pages: one question a screen, back to the start by itself. The rules are in visit.js and timer.js,
   the fingers in touch.js, the connection in live.js. */

import * as Live from "../../antrean/web/static/live.js";
import * as Aids from "./aids.js";
import * as Fit from "./fit.js";
import * as Speech from "./speech.js";
import * as Timer from "./timer.js";
import * as Touch from "./touch.js";
import * as Visit from "./visit.js";

const SECONDS = { start: 60, persons: 60, result: 25, problem: 25, stopped: 25 };
const WARN_SECONDS = 20; /* as long as it takes to find the key and reach it */
const MORE_SECONDS = 45;
const SETTLE = 800; /* milliseconds; slow hands tap twice within them */
const SETTLE_RESULT = 1500; /* a number that vanished by accident is not seen again */
const body = document.body;
const main = document.querySelector(".kiosk-main");
const resultPlace = document.querySelector("[data-result]");
let language = document.documentElement.lang;
let service = "";
let live = null;
let slips = {};
let again = null;

function each(selector, what, within) {
  (within || document).querySelectorAll(selector).forEach(what);
}

/* -- screens --------------------------------------------------------------------------- */

function show(screen, data) {
  if (screen === "waiting") body.dataset.cut = data.cut ? "yes" : "no";
  if (screen === "problem")
    each("[data-message]", (place) => {
      place.textContent = messageOf(data, place);
    });
  if (screen === "result") resultPlace.innerHTML = data.html.result;
  if (screen === "start") forgetVisit();
  const turned = body.dataset.screen !== screen;
  body.dataset.screen = screen;
  each("[data-of]", (part) => {
    part.hidden = part.dataset.of !== screen;
  });
  document.documentElement.lang = language;
  if (turned) Touch.settle(main, screen === "result" ? SETTLE_RESULT : SETTLE);
  main.scrollTop = 0;
  const heading = main.querySelector(
    `[data-of="${screen}"] :not([hidden]) > h1, [data-of="${screen}"] [lang="${language}"] h1`,
  );
  if (heading) heading.focus({ preventScroll: true });
  if (SECONDS[screen]) countdown.start(seconds(screen));
  else countdown.stop();
  if (screen === "result") tellSlip();
  if (screen === "start") Fit.tiles();
  rememberScreen(screen);
  if (turned) Speech.turned();
}

/* What is said in the language that was asked in, or in every language. */
function messageOf(data, place) {
  const messages = data && data.messages;
  return messages ? messages[place.closest(".in-language").lang] : (data && data.message) || "";
}

/* A page that is loaded again shows the number again, until its visitor has gone. */
function rememberScreen(screen) {
  const number = screen === "result" && resultPlace.querySelector("[data-ticket]").dataset.ticket;
  history.replaceState(
    null,
    "",
    document.querySelector("form[data-issue]").action.replace(/tickets$/, number ? `tickets/${number}` : ""),
  );
}

function forgetVisit() {
  service = "";
  resultPlace.innerHTML = "";
  each("form[data-issue]", (form) => {
    form.reset();
  });
  each(".priority", (label) => {
    label.classList.remove("is-checked");
  });
  each(".is-chosen", (key) => {
    key.classList.remove("is-chosen");
  });
}

function speak(code) {
  language = code;
  document.documentElement.lang = code;
  each(".in-language", (part) => {
    part.hidden = part.lang !== code;
  });
  each("[data-choose-language]", (key) => {
    if (key.dataset.chooseLanguage === code) key.setAttribute("aria-current", "true");
    else key.removeAttribute("aria-current");
  });
  Fit.tiles();
  Speech.turned();
}

/* A party that is too large can be made smaller where it is: nothing has to be chosen again. */
function answered(screen, data, wish) {
  if (screen !== "problem" || !data || !data.left) return show(screen, data);
  if (wish.language !== language) speak(wish.language);
  if (!choose(wish.service)) return show(screen, data);
  each('[data-of="persons"] [name="priority"]', (box) => {
    box.checked = wish.priority;
    box.closest(".priority").classList.toggle("is-checked", wish.priority);
  });
  each(".is-chosen", (key) => {
    key.classList.remove("is-chosen");
  });
  limit(data.left, (part) => (part.lang === language ? data.message : leftWords(part.lang, wish.service)));
  Speech.news("[data-limit]");
}

/* Only so many persons can be chosen, null for as many as there are keys; `words` says so in the language of a part. */
function limit(left, words) {
  each('[data-of="persons"] .in-language', (part) => {
    const place = part.querySelector("[data-limit]");
    place.hidden = left === null;
    place.querySelector("[data-limit-words]").textContent = left === null ? "" : words(part);
    each(
      '[name="persons"]',
      (key) => {
        key.disabled = left !== null && Number(key.value) > left;
      },
      part,
    );
  });
}

function tileOf(code, lang) {
  return document.querySelector(`[data-of="start"] [lang="${lang}"] .tile[data-service="${code}"]`);
}
function leftWords(lang, code) {
  const tile = tileOf(code, lang);
  return (tile && tile.dataset.leftWords) || "";
}

/* What the newest view says of the chosen service. It only tightens while somebody is at the keys: none is swapped under a finger. */
function limitByTile(tightens) {
  const tile = service && tileOf(service, language);
  if (!tile) return;
  const left = tile.dataset.left === undefined ? null : Number(tile.dataset.left);
  if (tightens && left === null) return;
  limit(left, (part) => leftWords(part.lang, service));
}

/* Whoever is asked for how many is told at once when the chosen service gives no number any more, and why. A wish that is
   on its way hears it as its answer. */
function followService() {
  if (body.dataset.screen !== "persons" || visit.busy()) return;
  const tile = tileOf(service, language);
  if (!tile) return show("start");
  if (!tile.disabled) return limitByTile(true);
  const messages = {};
  each(`.tile[data-service="${service}"]`, (one) => {
    messages[one.closest(".in-language").lang] = one.dataset.refusedWords;
  });
  show("problem", { messages });
}

/* The chosen service, in every language, so that the language can still be changed. Answers false when there is none. */
function choose(code) {
  if (!tileOf(code, language)) return false;
  service = code;
  each('[data-of="start"] .in-language', (part) => {
    const tile = part.querySelector(`.tile[data-service="${code}"]`);
    const chosen = document.querySelector(`[data-of="persons"] [lang="${part.lang}"] [data-chosen]`);
    if (!tile || !chosen) return;
    chosen.className = tile.className.replace("tile", "chosen");
    chosen.querySelector(".badge").textContent = tile.querySelector(".tile-stub b").textContent;
    chosen.querySelector("strong").textContent = tile.querySelector(".tile-name strong").textContent;
  });
  limitByTile(false);
  show("persons");
  return true;
}

/* Going back in the browser, by a swipe or a tablet's key, is "Back" and never leaves the kiosk. A browser passes over
   entries that a page adds untouched, so the one to fall back from is added at a touch. */
let guarded = false;
function guardHistory() {
  if (!guarded) history.pushState(null, "", location.href);
  guarded = true;
}
window.addEventListener("popstate", () => {
  guarded = false;
  if (body.dataset.screen === "persons") show("start");
  else rememberScreen(body.dataset.screen);
});

/* -- the wish -------------------------------------------------------------------------- */

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.prototype.map.call(bytes, (byte) => (byte < 16 ? "0" : "") + byte.toString(16)).join("");
}

function post(wish) {
  const stop = new AbortController();
  const timer = setTimeout(() => {
    stop.abort();
  }, 8000);
  return fetch(`${document.querySelector("form[data-issue]").action}?language=${wish.language}`, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", Accept: "application/json", "Antrean-Draw": "result" },
    body: JSON.stringify(wish),
    signal: stop.signal,
  }).then(
    (answer) =>
      answer
        .json()
        .catch(() => ({}))
        .then((read) => {
          clearTimeout(timer);
          return { status: answer.status, body: read };
        }),
    (error) => {
      clearTimeout(timer);
      throw error;
    },
  );
}

const memory = {
  read() {
    try {
      return JSON.parse(localStorage.getItem("kiosk.wish"));
    } catch (_error) {
      return null;
    }
  },
  write(value) {
    try {
      localStorage.setItem("kiosk.wish", JSON.stringify(value));
    } catch (_error) {
      /* then a reload forgets it */
    }
  },
  clear() {
    try {
      localStorage.removeItem("kiosk.wish");
    } catch (_error) {
      /* nothing was kept */
    }
  },
};

const visit = Visit.create({
  post,
  show: answered,
  newId,
  now() {
    return Date.now();
  },
  random: Math.random,
  after(ms, what) {
    const timer = setTimeout(what, ms);
    return () => {
      clearTimeout(timer);
    };
  },
  memory,
});

/* -- the slip -------------------------------------------------------------------------- */

function tellSlip() {
  const result = resultPlace.querySelector("[data-ticket]");
  if (!result) return;
  /* The newest view knows at least as much as the answer did. */
  const before = result.dataset.slip;
  result.dataset.slip = slips[result.dataset.ticket] || result.dataset.slip;
  if (again) result.dataset.again = again.indexOf(result.dataset.ticket) < 0 ? "no" : "yes";
  if (result.dataset.slip !== before) Speech.news(".slip > p");
  /* Taking a photo takes longer than taking a slip. */
  if (result.dataset.slip !== "printed" && result.dataset.slip !== "printing") countdown.atLeast(MORE_SECONDS);
}

/* A copy is asked for once: the news that it is under way takes the key away. */
function printAgain(form) {
  const key = form.querySelector("button");
  key.disabled = true;
  fetch(form.action, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify({ request_id: newId() }),
  })
    .catch(() => {
      /* the key can be touched again */
    })
    .then(() => {
      key.disabled = false;
      if (live) live.refresh();
    });
  countdown.start(MORE_SECONDS);
}

/* -- time ------------------------------------------------------------------------------ */

const countdown = Timer.create({
  now() {
    return performance.now();
  },
  every(ms, what) {
    const timer = setInterval(what, ms);
    return () => {
      clearInterval(timer);
    };
  },
  onTick(left, whole) {
    each(".timer-bar", (bar) => {
      bar.style.transform = `scaleX(${left / whole})`;
    });
    const warn = body.dataset.screen === "persons" && left <= WARN_SECONDS;
    const warned = warn && !document.querySelector("[data-stay]:not([hidden])");
    each("[data-stay]", (key) => {
      key.hidden = !warn;
    });
    if (warned) Speech.news("[data-stay]");
    if (warn)
      each("[data-idle-seconds]", (place) => {
        place.textContent = Math.ceil(left);
      });
  },
  onEnd() {
    Aids.reset();
    speak(body.dataset.firstLanguage);
    show("start");
  },
});

/* Whoever asked for an aid is given twice the time. */
function seconds(screen) {
  return SECONDS[screen] * (Aids.inUse() ? 2 : 1);
}

function touched() {
  guardHistory();
  if (body.dataset.screen === "start" || body.dataset.screen === "persons")
    countdown.start(seconds(body.dataset.screen));
}

/* -- wiring ---------------------------------------------------------------------------- */

document.addEventListener("click", (event) => {
  const key = event.target.closest("a, button");
  if (!key) return;
  if (key.matches("a")) event.preventDefault();
  if (key.form && "printAgain" in key.form.dataset) {
    event.preventDefault();
    printAgain(key.form);
  } else if (key.dataset.chooseLanguage) speak(key.dataset.chooseLanguage);
  else if (key.matches(".tile")) {
    event.preventDefault();
    choose(key.dataset.service);
  } else if (key.matches("[data-back], [data-done]")) {
    if (key.matches("[data-done]")) {
      Aids.reset();
      speak(body.dataset.firstLanguage);
    }
    show("start");
  } else if (key.matches("[data-more-time]")) countdown.start(MORE_SECONDS);
  else if (key.name === "persons") {
    event.preventDefault();
    const form = key.form;
    const sent = visit.submit({
      service: service || form.elements.service.value,
      persons: Number(key.value),
      priority: form.elements.priority.checked,
      language,
    });
    if (sent) {
      key.classList.add("is-chosen");
      countdown.stop();
    }
  }
});
document.addEventListener("change", (event) => {
  const label = event.target.closest(".priority");
  if (label) label.classList.toggle("is-checked", event.target.checked);
});
document.addEventListener("pointerdown", touched, true);
document.addEventListener("keydown", touched, true);

Touch.start();
Aids.start(Fit.tiles);
live = Live.start({
  onView(view) {
    slips = view.slips || {};
    again = view.again || [];
    tellSlip();
    followService();
    Fit.tiles();
  },
  onState(state) {
    if (state === "live") visit.nudge();
  },
  onSecond(hubNow) {
    if (hubNow === null || !live) return;
    const text = live.clock(hubNow, false);
    each("[data-clock]", (clock) => {
      if (clock.textContent !== text) clock.textContent = text;
    });
  },
  mayReload() {
    return body.dataset.screen === "start" && !visit.busy() && countdown.left() < 40;
  },
});
if (body.dataset.screen === "persons") service = document.querySelector("form[data-issue]").elements.service.value;
if (!visit.resume()) {
  if (SECONDS[body.dataset.screen]) countdown.start(SECONDS[body.dataset.screen]);
}
