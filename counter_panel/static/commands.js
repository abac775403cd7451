/* The operator's commands: one at a time, each until it is answered and its effect is on the screen. */
import { all } from "../../antrean/web/static/dom.js";
import { create, memoryIn, send } from "../../antrean/web/static/reliable_post.js";
import * as refusal from "./refusal.js";

const VIEW_WITHIN = 900; /* milliseconds in which the socket mostly brings what a command did */
const GIVE_UP_VIEW = 3000;
const body = document.body;
let post = null;
let live = null;
let wantedSeq = 0;
let waiting = null;
let newest = "";
let notDone = null;

/* shown: the connection, with seq() and refresh(). tell(html): what a visitor is to be told was answered. locked():
   the session is locked. question: taken(name) and refused(name, error), which returns whether it said why. free(): what was
   sent is done. undone(): it was refused or given up. */
export function start(shown, tell, locked, question, free, undone) {
  live = shown;
  notDone = undone;
  post = create({
    send: (command) =>
      send(command.url, command.fields, {
        method: command.method,
        headers: { "Accept-Language": document.documentElement.lang },
      }),
    memory: memoryIn("sessionStorage", `counter_panel.command.${body.dataset.operator}`),
    onChange: showState,
    onDone(answer, { name }) {
      refusal.clear();
      question.taken(name);
      if (answer.html) tell(answer.html.told); /* which says what was done before any view does */
      else if (answer.seq && live.seq() < answer.seq) awaitView(answer.seq);
      free();
    },
    onRefused(error, { name }) {
      notDone();
      if (error.code === "session_locked") return locked();
      if (!question.refused(name, error)) refusal.say(error.message);
      live.refresh();
    },
    onSignedOut() {
      location.href = body.dataset.signIn;
    },
  });
}

/* name: the id of the button, which is seen pressed meanwhile. Returns false while another command is in the way. */
export function submit(name, url, fields, method) {
  if (inTheWay()) return false;
  refusal.clear();
  newest = name;
  return post.submit({ name, url, method, fields });
}

/* The name of the command that was sent last. */
export function sent() {
  return newest;
}

export function inTheWay() {
  return post.busy() || (wantedSeq > 0 && live.seq() < wantedSeq);
}

export function busy() {
  return post.busy();
}

export function resume() {
  post.resume();
}

export function nudge() {
  post.nudge();
}

export function giveUp() {
  post.giveUp();
  notDone();
  live.refresh();
}

/* What was done is not on the screen yet: nothing more is taken until it is, or until the hub was asked in vain. */
function awaitView(seq) {
  wantedSeq = seq;
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    live.refresh();
    waiting = setTimeout(() => {
      wantedSeq = 0;
    }, GIVE_UP_VIEW);
  }, VIEW_WITHIN);
}

export function shown(seq) {
  if (seq < wantedSeq) return;
  wantedSeq = 0;
  clearTimeout(waiting);
}

/* One lost answer is healed before anyone reads of it; two in a row are told. */
function showState({ busy, slow, failures, name }) {
  body.dataset.busy = busy ? "yes" : "no";
  document.querySelector("[data-sending]").hidden = !(slow || failures > 1);
  for (const button of all(".is-sent")) button.classList.remove("is-sent");
  const pressed = name && document.getElementById(name);
  if (pressed) pressed.classList.add("is-sent");
}
