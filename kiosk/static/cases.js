/* Cases looked up by their code: typed by large keys, or read by a reader from a slip or a phone, whatever screen is shown. Only
   offices that follow cases load this. It imports nothing: kiosk.js hands in the parts of the kiosk that it needs, so that no
   other office's page is cut in two for it. */

const MOST = 12; /* letters of a code */
const LEAST = 4;
const OWN = 8; /* of the codes that are given here, before the number of a person */
const BURST = 100; /* milliseconds between two letters of a reader; no fingers are that fast for so many */
let kiosk = null;
let typed = "";
let sheet = "own"; /* of keys: the letters of our own codes, or "more": the others, and figures */
let asking = false;
let wish = { of: "", id: "" }; /* the same code is one wish, however often the answer is lost */
let burst = ""; /* what came as fast as from a reader */
let heardAt = -BURST;
let takenAt = -BURST; /* when a reader's code was looked up: some readers end it with two keys */
let byKeyboard = false; /* the last letter was typed on a keyboard, whose Enter then looks the code up */

/* `parts`: functions of the kiosk's other files, as kiosk.js names them. */
export function start(parts) {
  kiosk = parts;
  window.addEventListener("keydown", heard, true);
  document.addEventListener("change", ticked);
  kiosk.alsoForgets(forget);
  if (here() === "code") draw();
}

function here() {
  return kiosk.current();
}

function forms() {
  return kiosk.all("form[data-code]");
}

/* In groups of four, as on the slip; what is still to come of a code of ours is a dot. */
function spaced() {
  const whole = typed.padEnd(OWN, "·");
  return `${whole.slice(0, 4)} ${whole.slice(4, 8)} ${whole.slice(8)}`.trim();
}

/* Every language shows the same, so that it can be changed at any time. */
function draw() {
  for (const form of forms()) {
    form.dataset.step = sheet;
    form.querySelector("[data-typed]").textContent = spaced();
    form.querySelector(".typed").classList.toggle("is-empty", !typed);
    for (const key of kiosk.all("[data-sign]", form)) key.disabled = asking || typed.length >= MOST;
    for (const key of kiosk.all("[data-erase]", form)) key.disabled = asking || !typed;
    form.querySelector("[data-ask-case]").disabled = asking || typed.length < LEAST;
  }
  kiosk.arrange();
}

function say(words) {
  for (const form of forms()) {
    const place = form.querySelector("[data-refusal]");
    place.hidden = !words;
    place.textContent = words;
  }
}

/* Nothing of a visitor is left for the next. */
function forget() {
  typed = "";
  sheet = "own";
  burst = "";
  byKeyboard = false;
  wish = { of: "", id: "" };
  say("");
  for (const part of kiosk.all('[data-of="case"] .in-language')) part.innerHTML = "";
  for (const head of kiosk.all("[data-for-service]")) head.hidden = true;
  draw();
}

/* Asks for a code; `service`: the one whose tile was touched, "" for none. */
function open(service) {
  forget();
  for (const form of forms()) {
    const head = form.querySelector("[data-for-service]");
    head.hidden = !service;
    if (service) kiosk.nameIn(head, service, form.closest(".in-language"));
  }
  kiosk.show("code");
}

function add(sign) {
  if (asking || typed.length >= MOST) return;
  typed += sign;
  say("");
  draw();
  if (typed.length === OWN) kiosk.sayNews("[data-typed]");
  else kiosk.sayPlainly(sign);
}

function erase() {
  typed = typed.slice(0, -1);
  say("");
  draw();
  kiosk.sayNews("[data-typed]");
}

/* `text` is what was typed, or all that a reader read: the hub finds the code in it. */
async function ask(text) {
  if (asking) return;
  const shown = forms().find((form) => form.closest(".in-language").lang === kiosk.language());
  if (wish.of !== text) wish = { of: text, id: kiosk.newId() };
  asking = true;
  kiosk.stopTime();
  draw();
  let answer = { body: {} };
  try {
    answer = await kiosk.send(
      shown.action,
      { case: text, language: kiosk.language(), request_id: wish.id },
      { headers: { "Antrean-Draw": "case" } },
    );
  } catch (_error) {
    /* no answer: said below, and the key can be touched again */
  }
  asking = false;
  draw();
  if (here() !== "code" || wish.of !== text) return;
  if (answer.body.html) return show(answer.body.html);
  say(answer.body.error ? answer.body.error.message : shown.dataset.awayWords);
  draw();
  kiosk.beginTime("code");
  kiosk.sayNews("[data-refusal]");
}

function show(screens) {
  for (const part of kiosk.all('[data-of="case"] .in-language')) part.innerHTML = screens[part.lang];
  kiosk.show("case");
}

/* A touch on one of the keys here; returns whether it was one. */
export function pressed(key, event) {
  const { sign, service } = key.dataset;
  if (key.matches("[data-look-up]")) open("");
  else if (key.matches(".tile[data-collects]")) open(service);
  else if (sign) add(sign);
  else if (key.matches("[data-code] [data-erase]")) erase();
  else if (key.matches("[data-turn-sheet]")) turnSheet();
  else if (key.matches("[data-ask-case]")) ask(typed);
  else if (key.matches("[data-collect] button")) collect(key.form);
  else return false;
  event.preventDefault();
  byKeyboard = false;
  return true;
}

function turnSheet() {
  sheet = sheet === "own" ? "more" : "own";
  draw();
  kiosk.sayScreen();
}

function collect(form) {
  kiosk.wish(form, { service: form.elements.service.value, case: form.elements.case.value });
}

/* The screen is drawn in every language: what is ticked in one is ticked in each. */
function ticked({ target }) {
  if (!target.closest("[data-collect]")) return;
  for (const box of kiosk.all('[data-collect] [name="priority"]')) {
    box.checked = target.checked;
    box.closest(".priority").classList.toggle("is-checked", target.checked);
  }
}

/* -- keyboard and reader --------------------------------------------------------------- */

function take(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

/* A reader is a keyboard that types faster than anybody, and ends with Enter. Its letters press no key, and reach no other
   listener. On the screen of the code, whoever has a keyboard types with it. */
function heard(event) {
  if (event.altKey || event.ctrlKey || event.metaKey || event.key === "Shift") return;
  const now = performance.now();
  const fast = now - heardAt <= BURST;
  if (event.key.length === 1) {
    burst = fast ? burst + event.key : event.key;
    heardAt = now;
    if (here() === "code" || burst.length > 1) take(event);
    if (here() === "code" && /^[a-z0-9]$/i.test(event.key)) {
      add(event.key.toUpperCase());
      byKeyboard = true;
    }
    return;
  }
  if (event.key === "Enter" && (now - takenAt <= BURST || (fast && burst.length >= LEAST) || mayAsk())) {
    take(event);
    if (fast && burst.length >= LEAST) scanned(burst, now);
    else if (mayAsk()) ask(typed);
  } else if (event.key === "Backspace" && here() === "code" && typed && !asking) {
    take(event);
    erase();
  } else byKeyboard = false; /* arrows choose a key, and Enter takes that */
  burst = "";
}

function mayAsk() {
  return here() === "code" && byKeyboard && typed.length >= LEAST;
}

function scanned(text, now) {
  takenAt = now;
  if (kiosk.busy() || asking) return;
  if (here() !== "code") {
    kiosk.startOver();
    open("");
  }
  typed = "";
  byKeyboard = false;
  ask(text);
}
