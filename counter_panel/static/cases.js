/* The page of cases: each code that is scanned or typed shows its case, or moves it on to the chosen stage. What is moved waits
   in a list until the hub took it, one after the other, also over a reload; each row says what became of it. Chrome 68. */
import { all, make, one, show, write } from "../../antrean/web/static/dom.js";
import { swap } from "../../antrean/web/static/fragments.js";
import * as connection from "../../antrean/web/static/live.js";
import { create, memoryIn, newId, send } from "../../antrean/web/static/reliable_post.js";
import * as lock from "./lock.js";

const MOST_ROWS = 200;
const SETTLE = 700; /* milliseconds: the second half of a double tap is not for a button that has just come under the finger */
const MOVES = "/counter_panel/cases/moves";
const TAKEN_BACK = "/counter_panel/cases/taken_back";
const body = document.body;
const form = one("#scan");
const found = one("[data-found]");
const list = one("#list");
const kept = memoryIn("sessionStorage", `counter_panel.cases.${body.dataset.operator}`);
const before = kept.read() || {};
let rows = before.rows || []; /* newest first: {id, state, words, cases, stage, count} */
let looked = ""; /* what was looked up last */
let asked = 0;
let shownHtml = "";
let settling = null;
let post = null;

/* -- codes ---------------------------------------------------------------------------------- */

function moves() {
  return form.elements.mode.value === "move";
}

function entered(event) {
  event.preventDefault();
  const text = form.elements.q.value.trim();
  form.elements.q.value = "";
  form.elements.q.focus();
  say("");
  if (!text) return;
  if (isIdNumber(text)) say(form.dataset.idNumber);
  else if (moves()) move([text], form.elements.stage.value, short(text));
  else look(text);
}

/* Nothing that may be one is sent, shown or kept; the hub refuses them in other writings, too. */
function isIdNumber(text) {
  return /^\d{13,}$/.test(text.replace(/[\s.\-_/]/g, ""));
}

/* What a reader gave, in so few letters that somebody knows which slip it was: the code, or the number on it. */
function short(text) {
  const number = /[?&]ticket=(?:[^&]*~)?([^.&~]+)/i.exec(text);
  const code = /[?&]case=([^&]+)/i.exec(text) || /\/case\/([^/?#]+)/i.exec(text);
  return (code || number || ["", text])[1].toUpperCase().slice(0, 24);
}

function say(words) {
  write(one("[data-refused]"), words);
}

/* A reader types wherever the focus is: into the field, unless somebody writes elsewhere or a question is open. Not into the
   choice of stages, which letters would turn to another one. */
function typed(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || !/^[\w/:]$/.test(event.key)) return;
  if (event.target.matches("input:not([type=radio]), textarea") || one("dialog[open]")) return;
  form.elements.q.focus();
}

function turned() {
  show(one("[data-stage]"), moves());
  form.classList.toggle("is-moving", moves());
  if (moves()) look("");
  keep();
}

/* -- one case ------------------------------------------------------------------------------- */

function look(text) {
  looked = text;
  if (!text) drawFound("");
  else again();
}

async function again() {
  if (!looked) return;
  asked += 1;
  const mine = asked;
  try {
    const url = `${form.dataset.foundUrl}?q=${encodeURIComponent(looked)}`;
    const answer = await fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" } });
    const told = await answer.json();
    if (mine !== asked || !looked) return;
    if (answer.ok) drawFound(told.html);
    else if (told.error) refusedLook(told.error);
  } catch (_error) {
    /* the lamp says that the hub is away; news or the next code asks again */
  }
}

function refusedLook(error) {
  if (error.code === "session_locked") return lock.locked();
  look("");
  say(error.message);
}

function drawFound(html) {
  if (html === shownHtml) return;
  if (shownHtml) settle();
  shownHtml = html;
  swap(found, html);
}

function settle() {
  clearTimeout(settling);
  settling = setTimeout(() => {
    settling = null;
    found.classList.remove("is-settling");
  }, SETTLE);
  found.classList.add("is-settling");
}

/* -- what is moved -------------------------------------------------------------------------- */

function move(cases, stage, words, state = "waiting") {
  rows.unshift({ id: newId(), state, words, cases, stage, count: cases.length });
  trim();
  changed();
}

/* The oldest that are done go first; what waits is never dropped. */
function trim() {
  while (rows.length > MOST_ROWS) {
    const oldest = rows.map((row) => waits(row)).lastIndexOf(false);
    if (oldest < 0) return;
    rows.splice(oldest, 1);
  }
}

function waits({ state }) {
  return state === "waiting" || state === "undoing";
}

function changed() {
  keep();
  draw();
  pump();
}

function keep() {
  kept.write({ rows, mode: form.elements.mode.value, stage: form.elements.stage.value });
}

/* One at a time, in the order in which they came. */
function pump() {
  if (post.busy() || lock.isLocked()) return;
  const next = rows.filter(waits).pop();
  if (!next) return;
  const url = next.state === "undoing" ? TAKEN_BACK : MOVES;
  post.submit({ name: next.id, url, fields: { cases: next.cases, stage: next.stage } });
}

function rowOf({ name }) {
  return rows.find((row) => row.id === name);
}

function done(answer, command) {
  const row = rowOf(command);
  if (row) {
    const back = command.url === TAKEN_BACK;
    Object.assign(row, { state: back ? "undone" : "done", words: answer.said, cases: answer.cases });
    row.count = answer.cases.length;
  }
  changed();
  again();
}

function refused(error, command) {
  if (error.code === "session_locked") return lock.locked(); /* it waits until somebody opens it */
  const row = rowOf(command);
  if (row && command.url === TAKEN_BACK) Object.assign(row, { state: "kept", why: error.message });
  else if (row) Object.assign(row, { state: "refused", why: error.message });
  changed();
  again();
}

function draw() {
  const place = one("[data-rows]");
  show(one("[data-moved]"), rows.length > 0);
  const moved = rows.filter(({ state }) => ["done", "undoing", "kept"].includes(state));
  write(one("[data-moved-count]"), moved.length ? moved.reduce((sum, row) => sum + row.count, 0) : "");
  place.textContent = "";
  for (const row of rows) place.appendChild(drawn(row, place.dataset));
}

function drawn(row, words) {
  const line = make("li", "", `row moved is-${row.state}`);
  const said = line.appendChild(make("span", "", "moved-words"));
  said.appendChild(make("strong", row.words));
  if (waits(row) || row.why) said.appendChild(make("small", waits(row) ? ` ${words.waiting}` : ` ${row.why}`));
  if (row.state === "done") {
    const button = line.appendChild(make("button", words.takeBack, "button quiet small"));
    button.type = "button";
    button.dataset.undo = row.id;
  }
  return line;
}

function takeBack(id) {
  const row = rowOf({ name: id });
  if (!row || row.state !== "done") return;
  /* It waits behind what was moved before it was taken back. */
  row.state = "undoing";
  rows = [row, ...rows.filter((other) => other !== row)];
  changed();
}

/* -- all of a stage ------------------------------------------------------------------------- */

async function openList(url) {
  try {
    const answer = await fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" } });
    const told = await answer.json();
    if (!answer.ok) return refusedLook(told.error || { code: "", message: "" });
    const place = one("[data-list]");
    swap(place, ""); /* with the ticks of the list before */
    swap(place, told.html);
    if (!list.open) list.showModal();
  } catch (_error) {
    /* the lamp says that the hub is away */
  }
}

function ticked() {
  return all("[name=cases]:checked", list).map((box) => box.value);
}

function countTicked() {
  const count = ticked().length;
  write(one("[data-ticked]", list), count);
  one(".option", list).disabled = count === 0;
}

function movedList(event) {
  event.preventDefault();
  const button = one(".option", list);
  const cases = ticked();
  if (!button || !cases.length) return;
  list.close();
  move(cases, button.value, button.textContent);
}

/* -- wires ---------------------------------------------------------------------------------- */

function pressed(event) {
  const button = event.target.closest("button");
  if (!button || button.getAttribute("aria-disabled") === "true") return;
  const { dataset } = button;
  if (dataset.undo) takeBack(dataset.undo);
  else if (dataset.listUrl) openList(dataset.listUrl);
  else if (dataset.tick) {
    for (const box of all("[name=cases]", list)) box.checked = dataset.tick === "yes";
    countTicked();
  } else if ("clear" in dataset) {
    rows = rows.filter(waits);
    changed();
  } else if ((dataset.move || dataset.back) && settling === null) pressedCase(button);
}

function pressedCase(button) {
  settle();
  const { cases, stage } = JSON.parse(button.dataset.move || button.dataset.back);
  const words = `${cases.join(", ")}: ${button.firstElementChild.textContent}`;
  move(cases, stage, words, button.dataset.back ? "undoing" : "waiting");
}

function start() {
  const live = connection.start({
    onView: again,
    onSecond() {
      lock.second();
      pump();
    },
    mayReload: () => !rows.some(waits) && !list.open && !form.elements.q.value,
  });
  post = create({
    send: (command) =>
      send(command.url, command.fields, { headers: { "Accept-Language": document.documentElement.lang } }),
    memory: memoryIn("sessionStorage", `counter_panel.cases.command.${body.dataset.operator}`),
    onChange: ({ slow, failures }) => show(one("[data-sending]"), slow || failures > 1),
    onDone: done,
    onRefused(error, command) {
      refused(error, command);
      live.refresh();
    },
    onSignedOut() {
      location.href = body.dataset.signIn;
    },
  });
  lock.start();
  if (before.mode === "move") {
    all("[name=mode]", form)[1].checked = true;
    form.elements.stage.value = before.stage;
  }
  form.addEventListener("submit", entered);
  form.addEventListener("change", turned);
  document.addEventListener("keydown", typed);
  document.addEventListener("click", pressed);
  list.addEventListener("change", countTicked);
  list.addEventListener("submit", (event) => {
    if (event.target.matches("[data-list]")) movedList(event);
  });
  turned();
  post.resume();
  changed();
}

start();
