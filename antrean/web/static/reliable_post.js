/* Sends one command to the hub until it is answered: never lost, never carried out twice.

   Every attempt carries the request_id that the page drew, so the hub carries the command out once however often it hears
   of it. While one command is on its way no other is taken. With a `memory` it is kept on the device until it is answered,
   and a page that is loaded again goes on with it. Nothing here knows a screen: see `create` for what screens hand in. */

import { send } from "./send.js";

export { memoryIn } from "./memory.js";
export { send };

/* A request_id: 32 hexadecimal digits. crypto.randomUUID needs HTTPS, which an office's own network may not have. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const USUAL = {
  /* Milliseconds. A pause doubles with each attempt from the first to the longest; half of it is drawn by lot, so that
     many screens do not come back at one moment. */
  slowAfter: 1500,
  firstPause: 700,
  longestPause: 4000,
  keptFor: 180000, // an older command is not taken up by a page loaded again: whoever gave it has gone
  stopAfter: Infinity,
  attempts: Infinity,
  /* The hub was reached and could not answer: asking again is safe and may help. */
  passes: (status) => status === 408 || status === 429 || status > 500,
  send: (command) => send(command.url, command.fields, { method: command.method }),
  newId,
  now: () => Date.now(),
  random: () => Math.random(),
  after(ms, what) {
    const timer = setTimeout(what, ms);
    return () => {
      clearTimeout(timer);
    };
  },
  memory: { read: () => null, write() {}, clear() {} },
  onChange() {}, // ({busy, slow, failures, name}): after `slowAfter` it is slow; `failures` in a row, 0 while none is known
  onDone() {}, // (body, command)
  onRefused() {}, // (error {code, message}, command)
  onSignedOut: null, // (); without it a session that has ended is a refusal
  /* (command, answer): not answered within `stopAfter` or `attempts`, and nothing more is sent. `answer` is the last one that
     was waited out, null when none came. */
  onStopped() {},
};

/* Takes what differs from USUAL. Returns submit, resume, nudge, giveUp and busy. */
export function create(options) {
  const own = Object.assign({}, USUAL, options);
  let pending = null;

  /* Take a command {name, url, method, fields}. Returns false, and does nothing, while another is on its way. */
  function submit({ name = "", url, method = "POST", fields }) {
    if (pending) return false;
    const drawn = Object.assign({}, fields, { request_id: own.newId() });
    begin({ name, url, method, fields: drawn }, own.now());
    return true;
  }

  /* Go on with the command that was on its way when the page was loaded again. Returns whether there was one. */
  function resume() {
    const kept = own.memory.read();
    if (!kept || pending) return false;
    const age = own.now() - kept.since;
    if (!(age >= 0 && age < own.keptFor) || !kept.command || !kept.command.url) {
      own.memory.clear();
      return false;
    }
    begin(kept.command, kept.since);
    return true;
  }

  function begin(command, since) {
    pending = { command, since, slow: false, asking: false, failures: 0, cancelRetry() {}, cancelSlow() {} };
    const mine = pending;
    own.memory.write({ command, since });
    mine.cancelSlow = own.after(own.slowAfter, () => {
      if (mine !== pending) return;
      mine.slow = true;
      tell();
    });
    tell();
    ask();
  }

  async function ask() {
    const mine = pending;
    mine.cancelRetry();
    mine.asking = true;
    let answer = null;
    try {
      answer = await own.send(mine.command);
    } catch (_error) {
      /* no answer: as good as one that asks for patience */
    }
    if (mine !== pending) return;
    mine.asking = false;
    if (answer && !own.passes(answer.status)) answered(answer);
    else unanswered(answer);
  }

  function answered({ status, body }) {
    const command = end();
    if (status < 400) return own.onDone(body, command);
    const error = body.error || { code: "", message: "" };
    if (error.code === "sign_in_required" && own.onSignedOut) own.onSignedOut();
    else own.onRefused(error, command, status);
  }

  function unanswered(answer) {
    pending.failures += 1;
    if (own.now() - pending.since >= own.stopAfter || pending.failures >= own.attempts)
      return own.onStopped(end(), answer);
    tell();
    const pause = Math.min(own.longestPause, own.firstPause * 2 ** (pending.failures - 1));
    pending.cancelRetry = own.after(pause * (0.5 + own.random() / 2), nudge);
  }

  /* The hub may be back: ask at once instead of after the pause. */
  function nudge() {
    if (pending && !pending.asking) ask();
  }

  /* The user does not want it any more. What the hub heard already stays done. Returns the command, or null. */
  function giveUp() {
    return pending ? end() : null;
  }

  function end() {
    const { command, cancelRetry, cancelSlow } = pending;
    cancelRetry();
    cancelSlow();
    pending = null;
    own.memory.clear();
    tell();
    return command;
  }

  function tell() {
    own.onChange(
      pending
        ? { busy: true, slow: pending.slow, failures: pending.failures, name: pending.command.name }
        : { busy: false, slow: false, failures: 0, name: "" },
    );
  }

  return { submit, resume, nudge, giveUp, busy: () => pending !== null };
}

/* The same as a promise, for one command that is not kept over a reload: resolves to {status, body}, with `attempts` also to
   the last answer that was waited out; rejects when none came. */
export function post(command, options) {
  return new Promise((resolve, reject) => {
    const hears = {
      onDone: (body) => resolve({ status: 200, body }),
      onRefused: (error, _command, status) => resolve({ status, body: { error } }),
      onStopped: (_command, answer) => (answer ? resolve(answer) : reject(new Error("the hub did not answer"))),
    };
    create(Object.assign({}, options, hears)).submit(command);
  });
}
