/* Signals of a phone: given with what it can do, again and again until they are noticed. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { due, offered, Signals } from "../../mobile_ticket/static/signals.js";

let log;
let changes;
let beats;

class Audio {
  constructor() {
    this.state = "suspended";
    this.currentTime = 0;
    this.destination = {};
  }
  async resume() {
    this.state = "running";
  }
  createOscillator() {
    log.push("tone");
    return { frequency: {}, connect() {}, start() {}, stop() {} };
  }
  createGain() {
    return { gain: { setValueAtTime() {}, exponentialRampToValueAtTime() {} }, connect() {} };
  }
}

function phone({ sound = true, vibration = true, lock = true, finger = true } = {}) {
  const listeners = {};
  const view = {
    document: {
      hidden: false,
      addEventListener: (name, hear) => {
        listeners[name] = hear;
      },
    },
    navigator: {},
    matchMedia: () => ({ matches: finger }),
    setInterval,
    clearInterval,
    seen: () => listeners.visibilitychange(),
  };
  if (sound) view.AudioContext = Audio;
  if (vibration) {
    view.navigator.vibrate = (pattern) => {
      if (pattern) log.push("buzz");
      return true;
    };
  }
  if (lock) {
    view.locks = [];
    view.navigator.wakeLock = {
      async request() {
        const made = {
          release() {
            log.push("released");
          },
          addEventListener(_name, hear) {
            made.taken = hear;
          },
        };
        view.locks.push(made);
        return made;
      },
    };
  }
  return view;
}

function signalsOf(view) {
  return new Signals(view, {
    onChange: (can) => changes.push(Object.assign({}, can)),
    onBeat: (count) => beats.push(count),
  });
}

beforeEach(() => {
  log = [];
  changes = [];
  beats = [];
  mock.timers.reset();
  mock.timers.enable({ apis: ["setInterval"] });
});

test("a call is due until its holder has noticed it, and again when it is called once more", () => {
  assert.equal(due("called", 7, { call: 0, next: false }), "called");
  assert.equal(due("called", 7, { call: 7, next: false }), "");
  assert.equal(due("called", 9, { call: 7, next: false }), "called");
  assert.equal(due("next", 0, { call: 0, next: false }), "next");
  assert.equal(due("next", 0, { call: 0, next: true }), "");
  assert.equal(due("waiting", 7, { call: 0, next: false }), "");
  assert.equal(due("serving", 7, { call: 0, next: false }), "");
});

test("what a browser has not is not offered, nor is vibration where no finger touches", () => {
  const none = offered(phone({ sound: false, vibration: false, lock: false }));
  assert.deepEqual(none, { sound: null, vibration: false, lock: null });
  assert.equal(offered(phone({ finger: false })).vibration, false);
  assert.equal(offered(phone()).vibration, true);
});

test("a touch proves what the phone can do, and that alone is said", async () => {
  await signalsOf(phone()).start();
  assert.deepEqual(changes.pop(), { on: true, sound: true, vibration: true, awake: true });
  assert.deepEqual(log, ["buzz", "tone"]);
  await signalsOf(phone({ sound: false, vibration: false, lock: false })).start();
  assert.deepEqual(changes.pop(), { on: true, sound: false, vibration: false, awake: false });
  const refusing = phone();
  refusing.navigator.vibrate = () => false;
  refusing.navigator.wakeLock.request = async () => {
    throw new Error("battery is low");
  };
  await signalsOf(refusing).start();
  assert.deepEqual(changes.pop(), { on: true, sound: true, vibration: false, awake: false });
});

test("a signal is given again and again until it is noticed", async () => {
  const signals = signalsOf(phone());
  await signals.start();
  log = [];
  signals.wanted("called", 7);
  assert.deepEqual(log, ["buzz", ...Array(6).fill("tone")]);
  signals.wanted("called", 7); // the next view says the same
  assert.equal(log.length, 7);
  mock.timers.tick(10000);
  assert.equal(log.length, 21);
  assert.deepEqual(beats.slice(-3), [1, 2, 3]);
  signals.wanted("");
  mock.timers.tick(60000);
  assert.equal(log.length, 21);
  assert.equal(beats.pop(), 0);
});

test("a call that follows on being next, or is repeated, begins anew", async () => {
  const signals = signalsOf(phone({ sound: false }));
  await signals.start();
  log = [];
  signals.wanted("next", 0);
  signals.wanted("called", 7);
  signals.wanted("called", 9);
  assert.deepEqual(log, ["buzz", "buzz", "buzz"]);
});

test("without a touch nothing sounds or vibrates; what can be seen still changes", () => {
  const signals = signalsOf(phone());
  signals.wanted("called", 7);
  assert.deepEqual(log, []);
  assert.equal(beats.pop(), 1);
});

test("a screen that was let go is held again when the page is seen, and said not to stay on meanwhile", async () => {
  const view = phone();
  const signals = signalsOf(view);
  await signals.start();
  view.locks[0].taken();
  assert.equal(changes.pop().awake, false);
  await view.seen();
  await Promise.resolve();
  assert.equal(view.locks.length, 2);
  assert.equal(changes.pop().awake, true);
});

test("who wants no signals has none, and the screen may sleep", async () => {
  const signals = signalsOf(phone());
  await signals.start();
  signals.wanted("next", 0);
  log = [];
  signals.stop();
  mock.timers.tick(60000);
  assert.deepEqual(log, ["released"]);
  assert.deepEqual(changes.pop(), { on: false, sound: false, vibration: false, awake: false });
});
