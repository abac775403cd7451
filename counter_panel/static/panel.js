/* Wires the panel: taps become commands (commands.js) or open a question (dialogs.js), views become what is seen. */
import * as connection from "../../antrean/web/static/live.js";
import * as commands from "./commands.js";
import * as dialogs from "./dialogs.js";
import * as keys from "./keys.js";
import * as lock from "./lock.js";
import * as refusal from "./refusal.js";
import * as timers from "./timers.js";
import * as usual from "./usual.js";

const SETTLE = 700; /* milliseconds: the second half of a double tap is not for a button that has just changed its meaning */
const KEPT_FOR = 2000; /* milliseconds in which a tap that had to wait is still meant */
const body = document.body;
let seen = { ticket: body.dataset.ticket, persons: Number(body.dataset.persons) || 1 };
let meaning = "";
let settling = null;
let live = null;
let kept = null;

function pressed(event) {
  const button = event.target.closest("[data-post], [data-open], [data-give-up]");
  if (!button) return;
  if (button.getAttribute("aria-disabled") === "true") return refusal.say(button.dataset.why || "");
  /* After a finger or a mouse, space means the big button again and not the verb tapped last. */
  if (event.detail > 0) button.blur();
  if ("giveUp" in button.dataset) commands.giveUp();
  else if (commands.inTheWay()) keep(button);
  else act(button);
}

function act(button) {
  if (button.dataset.open) dialogs.open(button.dataset.open, button.dataset.ticket || seen.ticket, seen.persons);
  else if (button.id !== "big" || settling === null) submit(button);
}

/* A tap before the last one was answered waits for the answer. Not one on the big button, nor on the button that was
   pressed: it may be the second half of a double tap. */
function keep(button) {
  const again = button.id === "big" || button.id === commands.sent();
  kept = again ? null : { id: button.id, means: meansNow(button), since: performance.now() };
}

function meansNow({ dataset }) {
  return JSON.stringify([seen.ticket, dataset.post, dataset.open, dataset.ticket, dataset.fields]);
}

/* Done only while its button is there and means the same. */
function doKept() {
  if (!kept || commands.inTheWay()) return;
  const { id, means, since } = kept;
  kept = null;
  const button = document.getElementById(id);
  if (!button || meansNow(button) !== means || performance.now() - since > KEPT_FOR) return;
  if (button.getAttribute("aria-disabled") !== "true" && !dialogs.isOpen() && !lock.isLocked()) act(button);
}

/* It was tapped in the belief that the command before it would be done. */
function dropKept() {
  kept = null;
}

function submit(button) {
  const fields = button.dataset.fields ? JSON.parse(button.dataset.fields) : {};
  if (commands.submit(button.id, button.dataset.post, fields, button.dataset.method)) dialogs.close();
}

function meaningNow() {
  const big = document.getElementById("big");
  return big ? big.dataset.meaning : "";
}

/* The big button means something else than before: it does not listen for a moment, and is seen not to. */
function settle() {
  const before = meaning;
  meaning = meaningNow();
  if (meaning === before) return;
  clearTimeout(settling);
  settling = setTimeout(() => {
    settling = null;
    showSettling();
  }, SETTLE);
  showSettling();
}

/* On the place of the button, which no view redraws. */
function showSettling() {
  document.querySelector(".big").classList.toggle("is-settling", settling !== null);
}

function eachSecond(hubNow) {
  showTimes(hubNow);
  lock.second();
}

function showTimes(hubNow) {
  timers.show(document, hubNow, live === null || live.state() !== "live");
}

function follow(view) {
  body.dataset.state = view.state;
  body.dataset.held = view.held;
  seen = { ticket: view.ticket || "", persons: view.persons || 1 };
  commands.shown(view.seq);
  dialogs.newsOf(seen.ticket);
  usual.follow(view.counter);
  settle();
  showTimes(live.hubNow());
  doKept();
}

function start() {
  meaning = meaningNow();
  live = connection.start({
    onView: follow,
    onState(state) {
      if (state === "live") commands.nudge();
    },
    onSecond: eachSecond,
    mayReload: () => !commands.busy() && !dialogs.isOpen(),
  });
  commands.start(live, dialogs.tell, lock.locked, dialogs, doKept, dropKept);
  lock.start();
  refusal.start();
  dialogs.start(
    (name, path, fields) => commands.submit(name, `/counter_panel/${path}`, fields),
    () => showTimes(live.hubNow()),
  );
  keys.start(() => !dialogs.isOpen() && !lock.isLocked());
  document.addEventListener("click", pressed);
  showTimes(live.hubNow());
  usual.propose();
  commands.resume();
}

start();
