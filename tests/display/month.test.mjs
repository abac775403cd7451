// A simulated month at the waiting room: every call once and in order over cuts and nightly reloads, and nothing grows.
// MONTH_CALLS=250000 node --test tests/display/month.test.mjs runs the whole month.
import assert from "node:assert/strict";
import test from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import * as Announcements from "../../display/static/announcements.js";
import * as Words from "../../display/static/words.js";
import * as LiveRules from "../../antrean/web/static/live_rules.js";
const CALLS = Number(process.env.MONTH_CALLS || 20000);
const DAYS = 26;
const LOG = 20;
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

/* A clock whose timers run when it is moved; the display's whole world hangs on it. */
function simulated() {
  let now = 0;
  let timers = [];
  return {
    now: () => now,
    after: (ms, what) => timers.push({ at: now + ms, what }),
    pending: () => timers.length,
    async move(ms) {
      const until = now + ms;
      for (;;) {
        await Promise.resolve();
        await Promise.resolve();
        timers.sort((one, other) => one.at - other.at);
        if (!timers.length || timers[0].at > until) break;
        const next = timers.shift();
        now = next.at;
        next.what();
      }
      now = until;
    },
    powerOff: () => {
      timers = [];
    },
  };
}

test(`a month of ${CALLS} calls with hourly cuts and nightly reloads: each call once, in order, memory flat`, async () => {
  const clock = simulated();
  const kept = { value: null };
  let keptWords = null;
  const shown = [];
  let last = 0;
  let count = 0;
  let wrong = 0;
  let acknowledged = 0;
  let reachable = true;

  function display() {
    const words = Words.create({
      soon: (what) => what(),
      memory: {
        read: () => keptWords && JSON.parse(keptWords),
        write: (value) => {
          keptWords = JSON.stringify(value);
        },
      },
      send: () => (reachable ? Promise.resolve(acknowledged++ >= 0) : Promise.reject(new Error("cut"))),
    });
    const announcements = Announcements.create({
      memory: {
        read: () => kept.value && JSON.parse(kept.value),
        write: (value) => {
          kept.value = JSON.stringify(value);
        },
      },
      show: (call, announcing) => {
        if (!announcing) return;
        if (call.seq <= last) wrong += 1;
        last = call.seq;
        count += 1;
        shown[count % 8] = call.number;
      },
      announce: () => Promise.resolve(),
      acknowledge: (seq, sound) => words.say({ seq, sound }),
      after: clock.after,
    });
    return { announcements, words, rules: LiveRules.create(0, 0, clock.now()) };
  }

  let log = [];
  let seq = 0;
  let screen = display();
  const perDay = Math.floor(CALLS / DAYS);
  let heapAfterWeek = 0;

  function view(day) {
    return { seq, at: clock.now() + 1, business_day: `2026-11-${day}`, calls: log.slice(-LOG) };
  }
  function tell(day) {
    const news = view(day);
    if (screen.rules.accept(news, clock.now())) screen.announcements.take(news);
  }

  for (let day = 1; day <= DAYS; day++) {
    log = [];
    seq += 1;
    tell(day);
    for (let n = 0; n < perDay; n++) {
      seq += 3;
      log.push({ seq, number: `A-${n}`, at: clock.now() });
      if (log.length > 200) log.splice(0, 100);
      const cut = n % Math.max(40, Math.floor(perDay / 8)) < 4; /* an hourly cut swallows a few views */
      reachable = !cut;
      if (!cut) tell(day);
      await clock.move(2600);
      screen.words.tell();
    }
    reachable = true;
    tell(day);
    await clock.move(200000);
    screen.words.tell();
    await clock.move(1000);
    clock.powerOff();
    screen = display(); /* the nightly reload */
    tell(day);
    if (day === 6) {
      collect();
      heapAfterWeek = process.memoryUsage().heapUsed;
    }
    assert.ok(clock.pending() < 10);
  }
  assert.equal(wrong, 0);
  assert.equal(count, perDay * DAYS);
  assert.equal(acknowledged, count);
  collect();
  const grown = process.memoryUsage().heapUsed - heapAfterWeek;
  assert.ok(grown < 2_000_000, `${grown} bytes more than after a week`);
});
