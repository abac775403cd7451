/* Wires the panel: taps and keys become wishes, views become what is seen. The rules of a wish are in wishes.js, the
   connection in live.js, the questions in dialogs.js, the running times in timers.js. */

import * as Live from "../../antrean/web/static/live.js";
import * as Dialogs from "./dialogs.js";
import * as Timers from "./timers.js";
import * as Wishes from "./wishes.js";

const SETTLE = 700; /* a button that has just changed its meaning does not listen: the second half of a double tap */
const SAID_FOR = 7000;
const VIEW_WITHIN = 900;
const body = document.body;
const refusal = document.querySelector("[data-refusal]");
const sending = document.querySelector("[data-sending]");
const base = "/counter_panel/";
const key = `counter_panel.wish.${body.dataset.operator}`;
let seen = { ticket: body.dataset.ticket, persons: Number(body.dataset.persons) || 1 };
let wantedSeq = 0;
let waitTimer = null;
let saidTimer = null;
let meaning = "";
let settledAt = 0;
let live = null;

function now() {
  return performance.now();
}

/* -- wishes ---------------------------------------------------------------------------- */

const wishes = Wishes.create({
  send,
  newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.prototype.map.call(bytes, (byte) => (byte < 16 ? "0" : "") + byte.toString(16)).join("");
  },
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
  memory: {
    read() {
      try {
        return JSON.parse(sessionStorage.getItem(key));
      } catch (_error) {
        return null;
      }
    },
    write(value) {
      try {
        sessionStorage.setItem(key, JSON.stringify(value));
      } catch (_error) {
        /* a reload forgets it */
      }
    },
    clear() {
      try {
        sessionStorage.removeItem(key);
      } catch (_error) {
        /* nothing was kept */
      }
    },
  },
  onChange(state) {
    body.dataset.busy = state.busy ? "yes" : "no";
    sending.hidden = !state.slow;
    markPressed(state.busy ? state.name : "");
  },
  onDone(answer) {
    quiet();
    if (answer && answer.seq && live && live.seq() < answer.seq) awaitView(answer.seq);
  },
  onRefused(error) {
    say(error.message);
    if (live) live.refresh();
  },
  onSignedOut() {
    location.href = body.dataset.signIn;
  },
});

function send(wish) {
  const stop = new AbortController();
  const timer = setTimeout(() => {
    stop.abort();
  }, 8000);
  return fetch(wish.url, {
    method: wish.method,
    credentials: "same-origin",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json",
      "Accept-Language": document.documentElement.lang,
    },
    body: JSON.stringify(wish.fields),
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

/* What was done is not on the screen yet: nothing more is taken until it is. */
function awaitView(seq) {
  wantedSeq = seq;
  clearTimeout(waitTimer);
  waitTimer = setTimeout(() => {
    live.refresh();
    waitTimer = setTimeout(() => {
      wantedSeq = 0;
    }, 3000);
  }, VIEW_WITHIN);
}

function inTheWay() {
  return wishes.busy() || (wantedSeq > 0 && live !== null && live.seq() < wantedSeq);
}

function ask(name, url, fields, method) {
  if (inTheWay()) return false;
  quiet();
  return wishes.ask({ name, url, method, fields });
}

function markPressed(name) {
  document.querySelectorAll(".is-sent").forEach((button) => {
    button.classList.remove("is-sent");
  });
  const button = name && document.getElementById(name);
  if (button) button.classList.add("is-sent");
}

/* -- words near the button --------------------------------------------------------------- */

function say(message) {
  refusal.textContent = message;
  clearTimeout(saidTimer);
  saidTimer = setTimeout(quiet, SAID_FOR);
}

function quiet() {
  clearTimeout(saidTimer);
  refusal.textContent = "";
}

/* -- taps and keys ------------------------------------------------------------------------ */

const dialogs = Dialogs.create(
  (name, path, fields) => ask(name, base + path, fields),
  (url) =>
    fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" } })
      .then((answer) => {
        if (!answer.ok) throw new Error(`search answered ${answer.status}`);
        return answer.json();
      })
      .then((found) => found.html),
);

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-post], [data-open], [data-give-up]");
  if (!button || button.getAttribute("aria-disabled") === "true") return;
  /* After a finger or a mouse, space means the big button again and not the verb tapped last. */
  if (event.detail > 0) button.blur();
  if ("giveUp" in button.dataset) {
    wishes.giveUp();
    if (live) live.refresh();
  } else if (button.dataset.open) {
    if (!inTheWay()) dialogs.open(button.dataset.open, button.dataset.ticket || seen.ticket, seen.persons);
  } else if (button.id !== "big" || now() >= settledAt) {
    const fields = button.dataset.fields ? JSON.parse(button.dataset.fields) : {};
    if (ask(button.id, button.dataset.post, fields, button.dataset.method)) dialogs.close();
  }
});
refusal.addEventListener("click", quiet);

document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || dialogs.isOpen()) return;
  if (event.target.closest("input, textarea, select")) return;
  const pressed = event.key === " " || event.key === "Enter" ? "n" : event.key === "/" ? "f" : event.key.toLowerCase();
  /* On a focused button, space and Enter press that button. */
  if (pressed === "n" && event.key.toLowerCase() !== "n" && event.target.closest("button, a, summary")) return;
  const button = /^[a-z]$/.test(pressed) && document.querySelector(`[data-key="${pressed}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});

/* -- views -------------------------------------------------------------------------------- */

function settle() {
  const big = document.getElementById("big");
  const means = big ? big.dataset.meaning : "";
  if (means !== meaning) settledAt = now() + SETTLE;
  meaning = means;
}

function show(hubNow) {
  Timers.show(document, hubNow, live === null || live.state() !== "live");
}

settle();
settledAt = 0;
live = Live.start({
  onView(view) {
    body.dataset.state = view.state;
    body.dataset.held = view.held;
    seen = { ticket: view.ticket || "", persons: view.persons || 1 };
    if (view.seq >= wantedSeq) {
      wantedSeq = 0;
      clearTimeout(waitTimer);
    }
    dialogs.newsOf(seen.ticket);
    settle();
    if (live) show(live.hubNow());
  },
  onState(state) {
    if (state === "live") wishes.nudge();
  },
  onSecond: show,
  mayReload() {
    return !wishes.busy() && !dialogs.isOpen();
  },
});
show(live.hubNow());
wishes.resume();
