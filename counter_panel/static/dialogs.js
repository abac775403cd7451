/* The questions behind the quiet verbs: open one for a ticket, take the answer, close when the ticket has moved on. */
import { all } from "../../antrean/web/static/dom.js";
import { swap } from "../../antrean/web/static/fragments.js";

const WORDS = "[data-note], textarea";
const OF_WORDS = ["note_has_id_number", "value_invalid"]; /* refusals that other words mend */
let submit = null;
let listed = null;
let asked = ""; /* the ticket the open question is about */
let searched = 0;
let pressed = null; /* the button that submits; Chrome 68 knows no event.submitter, and Enter clicks one too */

/* send(name, path, fields) sends a command; returns false while it can't. onListed(): a list was drawn. */
export function start(send, onListed) {
  submit = send;
  listed = onListed;
  document.addEventListener("submit", answered);
  /* Enter ends the note; it does not take the first answer below it. */
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("[data-note]")) return;
    event.preventDefault();
    event.target.blur();
  });
  document.addEventListener("keydown", tickByKey);
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form && form.dataset.search) find(form);
    if (event.target.name === "to_counter") narrow(form);
  });
  document.addEventListener("click", (event) => {
    pressed = event.target.closest("button");
    const button = event.target.closest("[data-step]");
    const ready = event.target.closest("[data-words]");
    if (button) step(button.form, Number(button.dataset.step));
    else if (pressed && asksWhichPapers(pressed)) event.preventDefault();
    else if (ready) ready.form.elements.note.value = ready.dataset.words;
    else if (event.target.matches("dialog.ask[open]")) close(); /* a tap beside the question */
  });
}

function opened() {
  return document.querySelector("dialog.ask[open]");
}

export function isOpen() {
  return opened() !== null;
}

export function open(name, ticket, persons) {
  close();
  const dialog = document.getElementById(`ask-${name}`);
  if (!dialog) return;
  asked = ticket || "";
  const place = dialog.querySelector("[data-asked]");
  if (place) place.textContent = "ofTicket" in dialog.dataset ? asked : "";
  const form = dialog.querySelector(".ask-body");
  form.reset();
  sayRefused(form, "");
  turnTo(form, false);
  const about = form.querySelector("[data-asked-value]");
  if (about) about.value = asked;
  const come = "ofTicket" in dialog.dataset ? persons : 1;
  narrow(form);
  if (form.elements.persons) step(form, come - Number(form.elements.persons.value));
  dialog.showModal();
  if (form.dataset.search) find(form);
  if (name === "find") form.elements.q.focus();
  /* By keyboard the first answer is one Enter away; what can't be taken back is not. */
  const answer = form.querySelector(".option:not(.danger):not(:disabled):not([hidden])");
  if (answer) answer.focus();
}

/* The second step of a question, or its first; most have one only. */
function turnTo(form, second) {
  const steps = ["[data-first-step]", "[data-second-step]"].map((name) => form.querySelector(name));
  if (!steps[1]) return;
  steps[0].hidden = second;
  steps[1].hidden = !second;
}

/* Papers were missing, and the service asks for some: which? Returns whether that is asked now. */
function asksWhichPapers(button) {
  const step = button.value === "papers_missing" && button.closest("[data-first-step]");
  const paper = step && button.form.querySelector("[data-second-step] [data-several]");
  if (!paper) return false;
  turnTo(button.form, true);
  paper.focus();
  return true;
}

/* The number that stands before a paper ticks it. */
function tickByKey(event) {
  const form = opened() && opened().querySelector(".ask-body");
  const step = form && form.querySelector("[data-second-step]:not([hidden])");
  if (!step || event.target.closest(".narrow") || event.repeat || event.ctrlKey || event.altKey || event.metaKey)
    return;
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
  const paper = digit && step.querySelectorAll("[data-several]")[digit[1] - 1];
  if (paper) {
    event.preventDefault();
    paper.click();
  } else if (event.key === "Enter" && event.target.matches("[data-several]")) {
    event.preventDefault();
    step.querySelector("button").click();
  }
}

/* What a visitor is told of their number; gone from the page when it was told, as a link may be in it. */
export function tell(html) {
  close();
  const dialog = document.getElementById("ask-told");
  const place = dialog.querySelector("[data-found]");
  swap(place, html);
  dialog.onclose = () => swap(place, "");
  dialog.showModal();
  dialog.querySelector(".option").focus();
}

export function close() {
  const dialog = opened();
  if (dialog) dialog.close();
}

/* News: what was fetched of the day is fetched anew, and a question about a ticket that is at the counter no more asks for nothing. */
export function newsOf(ticket) {
  const dialog = opened();
  const body = dialog && dialog.querySelector(".ask-body");
  if (body && ("drawn" in body.dataset || dialog.id === "ask-waiting")) find(body);
  if (body) narrow(body);
  if (!dialog || !asked || !("ofTicket" in dialog.dataset)) return;
  if (/^ask-(hold|finish|transfer|return)$/.test(dialog.id) && asked !== ticket) close();
}

/* Where to send on: the services of the counter that is to call, and only counters that can. */
function narrow(form) {
  const counter = form.elements.to_counter;
  if (!counter) return;
  const services = Array.from(form.querySelectorAll("[data-counters]"));
  const serves = (service, code) => service.dataset.counters.split("\n").includes(code);
  for (const option of Array.from(counter.options)) {
    option.disabled = option.value !== "" && !services.some((one) => serves(one, option.value));
  }
  if (counter.selectedOptions[0].disabled) counter.value = "";
  for (const one of services) one.hidden = counter.value ? !serves(one, counter.value) : "same" in one.dataset;
}

function step(form, by) {
  const field = form.elements.persons;
  const persons = Math.min(9, Math.max(1, Number(field.value) + by));
  field.value = persons;
  form.querySelector("[data-persons]").textContent = persons;
}

async function find(form) {
  searched += 1;
  const mine = searched;
  try {
    const url = `${form.dataset.search}?${new URLSearchParams(new FormData(form))}`;
    const response = await fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" } });
    if (!response.ok) return;
    const { html } = await response.json();
    if (mine !== searched) return;
    swap(form.querySelector("[data-found]"), html);
    listed();
  } catch (_error) {
    /* the lamps say that the hub is away; the next letter asks again */
  }
}

function answered(event) {
  const form = event.target;
  if (!form.matches(".ask-body[data-path], .ask-body[data-search]")) return;
  event.preventDefault();
  if (form.dataset.search) return find(form);
  const { at, ...fields } = fieldsOf(form, pressed);
  const path = form.dataset.path.replace("{ticket}", encodeURIComponent(asked)).replace("{at}", at);
  const sent = submit(form.closest("dialog").id, path, fields);
  if (!sent) return;
  sayRefused(form, "");
  if (!typed(form)) close(); /* else once the hub took the words */
}

/* Own words can be refused, and are not typed twice. */
function typed(form) {
  return all(WORDS, form).find((field) => field.value.trim()) || null;
}

function sayRefused(form, words) {
  const place = form.querySelector("[data-refused]");
  if (place) place.textContent = words;
}

/* A command was taken: the question it came from has its answer. */
export function taken(name) {
  const dialog = opened();
  if (dialog && dialog.id === name) dialog.close();
}

/* A command was refused. Returns whether its question said so beside the words that were typed. */
export function refused(name, error) {
  const dialog = opened();
  const form = dialog && dialog.id === name && dialog.querySelector(".ask-body");
  const field = form && typed(form);
  if (!field) return false;
  if (!OF_WORDS.includes(error.code) && !/^case_/.test(error.code)) {
    dialog.close();
    return false;
  }
  sayRefused(form, error.message);
  field.focus();
  return true;
}

function fieldsOf(form, button) {
  const fields = {};
  for (const field of Array.from(form.elements)) {
    const off = field.tagName === "BUTTON" || (field.type === "radio" && !field.checked);
    if ("several" in field.dataset)
      fields[field.name] = (fields[field.name] || []).concat(field.checked ? field.value : []);
    else if (field.name && field.type === "checkbox") fields[field.name] = field.checked;
    else if (field.name && !off) fields[field.name] = "number" in field.dataset ? Number(field.value) : field.value;
  }
  if (button && button.name) fields[button.name] = button.value;
  if (!fields.case) delete fields.case;
  if (fields.outcome !== "papers_missing") {
    for (const name of ["missing", "on_paper", "come_on", "come_at"]) delete fields[name];
  }
  return fields;
}
