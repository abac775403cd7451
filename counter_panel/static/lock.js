/* The lock of a panel that nobody touches. The hub says whether the session is locked, and refuses its commands then; here it is
   seen, and opened. The visitor and the timer stay in sight beside it. */
import { all, one, show, write } from "../../antrean/web/static/dom.js";
import { send } from "../../antrean/web/static/send.js";

const TOLD_APART = 60000; /* milliseconds between two notes to the hub that somebody touches the screen */
const now = () => performance.now();
let dialog = null;
let data = {};
let touched = 0;
let told = 0;
let askAt = Infinity;
let opens = "password"; /* "pin" where there is one that still opens */
let sending = false;

export function start() {
  dialog = document.getElementById("lock");
  data = dialog.dataset;
  touched = told = now();
  rearm(Number(data.locksAfter) * 60);
  for (const what of ["pointerdown", "touchstart", "keydown"]) {
    document.addEventListener(what, touch, { capture: true, passive: true });
  }
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) ask();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-lock]")) lockNow();
  });
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
  });
  dialog.addEventListener("close", () => {
    if (isLocked()) dialog.showModal(); /* browsers close a question on a second Esc */
  });
  dialog.addEventListener("click", pressed);
  dialog.addEventListener("submit", (event) => {
    event.preventDefault();
    unlock(event.target);
  });
  if (data.locked === "yes") locked();
}

export function isLocked() {
  return document.body.classList.contains("is-locked");
}

/* Each second: ask the hub when nobody has touched this screen for as long as the office says. */
export function second() {
  if (now() >= askAt && !isLocked()) ask();
}

/* The hub refused something, as the session is locked. */
export function locked() {
  if (!isLocked()) close();
  ask();
}

function close() {
  document.body.classList.add("is-locked");
  for (const open of all("dialog[open]")) open.close();
  say("");
  dialog.showModal();
  choose(opens);
}

function touch() {
  touched = now();
  if (isLocked()) return;
  if (Number(data.locksAfter)) rearm(Number(data.locksAfter) * 60);
  if (touched - told < TOLD_APART) return;
  told = touched;
  send(data.usedUrl, {}).then(
    ({ body }) => {
      if (body.error && body.error.code === "session_locked") locked();
    },
    () => {
      told = 0;
    },
  );
}

function rearm(seconds) {
  askAt = Number(data.locksAfter) ? now() + Math.max(1, seconds) * 1000 : Infinity;
}

/* The hub knows what is done in other windows of this browser too. One that does not answer is no reason to stay open. */
async function ask() {
  const since = touched;
  const before = opens;
  rearm(15);
  try {
    const answer = await fetch(data.stateUrl, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (!answer.ok) return;
    const state = await answer.json();
    opens = state.opens;
    if (state.locked) {
      if (!isLocked()) close();
      else if (opens !== before) choose(opens);
    } else if (isLocked()) unlocked();
    else if (state.seconds !== null) rearm(state.seconds);
  } catch (_error) {
    if (touched === since && now() - touched >= Number(data.locksAfter) * 60000 && Number(data.locksAfter)) close();
  }
}

async function lockNow() {
  close();
  try {
    await send(data.lockUrl, {});
    ask();
  } catch (_error) {
    /* it is seen as locked; the hub locks it when nobody used it for long enough */
  }
}

function unlocked() {
  document.body.classList.remove("is-locked");
  dialog.close();
  for (const input of all("input", dialog)) input.value = "";
  touched = told = now();
  rearm(Number(data.locksAfter) * 60);
}

async function unlock(form) {
  const input = one("input", form);
  if (sending || !input.value) return;
  sending = true;
  say("");
  try {
    const { body } = await send(data.unlockUrl, { [input.name]: input.value });
    if (!body.error) return unlocked();
    if (body.error.code === "sign_in_required") return location.reload();
    say(body.error.message);
    if (/^pin_(blocked|none)$/.test(body.error.code)) {
      opens = "password";
      choose("password");
    }
  } catch (_error) {
    say(data.noAnswer);
  } finally {
    sending = false;
    input.value = "";
  }
}

function pressed(event) {
  const button = event.target.closest("button");
  if (!button) return;
  const pin = one("#lock-pin");
  if (button.dataset.other) choose(button.dataset.other);
  else if (button.dataset.digit) pin.value = (pin.value + button.dataset.digit).slice(0, pin.maxLength);
  else if ("digit" in button.dataset) pin.value = pin.value.slice(0, -1);
}

function choose(by) {
  for (const form of all("[data-by]", dialog)) show(form, form.dataset.by === by);
  show(one('[data-other="pin"]'), opens === "pin");
  show(one("[data-no-pin]"), opens !== "pin");
  const input = one(`[data-by="${by}"] input`);
  if (document.activeElement !== input) input.focus();
}

function say(message) {
  write(one("[data-error]", dialog), message);
}
