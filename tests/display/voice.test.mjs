// What is heard of a call: chime, then words, never two at once; shorter in a rush; silent when it has to be.
import assert from "node:assert/strict";
import { test } from "node:test";

import * as Silence from "../../display/static/silence.js";
import * as Voice from "../../display/static/voice.js";
import * as Announcements from "../../display/static/announcements.js";
const AT = 1795483600000; // 08:26:40 in Jakarta
const CHIME = 1600;
const WORDS = 5000;

function room(more = {}) {
  const r = {
    now: 0,
    timers: [],
    heard: [],
    sounding: 0,
    most: 0,
    awake: true,
    missing: [],
    hangs: [],
    waiting: 0,
    stopped: 0,
  };
  r.after = (ms, what) => r.timers.push({ at: r.now + ms, what });
  r.settle = async () => {
    for (let turn = 0; turn < 3; turn++) await new Promise((done) => setImmediate(done));
  };
  r.forward = async (ms) => {
    const end = r.now + ms;
    for (;;) {
      await r.settle();
      r.timers.sort((a, b) => a.at - b.at);
      if (!r.timers.length || r.timers[0].at > end) break;
      const timer = r.timers.shift();
      r.now = timer.at;
      timer.what();
    }
    r.now = end;
    await r.settle();
  };
  function sound(what, ms, gain) {
    r.heard.push({ what, from: r.now, gain });
    r.sounding += 1;
    r.most = Math.max(r.most, r.sounding);
    return new Promise((done) => {
      if (!r.hangs.includes(what))
        r.after(ms, () => {
          r.sounding -= 1;
          r.heard.find((one) => one.what === what && !one.to).to = r.now;
          done();
        });
    });
  }
  r.world = {
    load: (key) =>
      r.missing === "hangs"
        ? new Promise(() => {})
        : r.missing.includes(key)
          ? Promise.reject(new Error("404"))
          : Promise.resolve({ key, seconds: (key === "chime" ? CHIME : key.startsWith("s") ? 2500 : WORDS) / 1000 }),
    play: (one, gain) => sound(one.key, one.seconds * 1000, gain),
    stop: () => {
      r.stopped += 1;
      r.sounding = 0;
    },
    bell: (gain) => sound("bell", CHIME, gain),
    awake: () => Promise.resolve(r.awake),
    now: () => r.now,
    after: r.after,
    hubNow: () => (more.noClock ? null : AT + r.now),
    utcOffset: () => 420,
  };
  r.voice = Voice.create(r.world);
  /* As a display that is alone in its zone does it. */
  r.voice.say = (call, waiting, heard) =>
    r.voice.silence(call).then((why) => why || r.voice.speak(call, waiting, heard));
  r.set = (settings = {}) =>
    r.voice.take({
      chime: "chime",
      volume: 100,
      repeat: 1,
      mute: [],
      calls: {
        2: { call: ["c2"], short: ["s2"] },
        3: { call: ["c3"], short: ["s3"] },
        4: { call: ["c4", "e4"], short: ["s4"] },
        5: { call: [], short: [] },
      },
      ...settings,
    });
  r.set();
  r.say = async (seq, at = AT, ms = 60000) => {
    let what = null;
    r.voice
      .say({ seq, at }, () => r.waiting)
      .then((found) => {
        what = found;
      });
    await r.forward(ms);
    return what;
  };
  r.names = () => r.heard.map((one) => one.what);
  return r;
}

test("a call is chimed and then said, with a breath between", async () => {
  const r = room();
  assert.equal(await r.say(2), "spoken");
  assert.deepEqual(r.names(), ["chime", "c2"]);
  assert.ok(r.heard[1].from >= r.heard[0].to + 100);
  assert.equal(r.most, 1);
});

test("it is said as often as the office wants, with gaps, and only once while another waits", async () => {
  const r = room();
  r.set({ repeat: 2 });
  assert.equal(await r.say(2), "spoken");
  assert.deepEqual(r.names(), ["chime", "c2", "c2"]);
  assert.ok(r.heard[2].from >= r.heard[1].to + 500);
  r.heard = [];
  r.waiting = 1;
  await r.say(2);
  assert.deepEqual(r.names(), ["chime", "c2"]);
});

test("a call that comes while one is said keeps it from being repeated", async () => {
  const r = room();
  r.set({ repeat: 3 });
  r.after(CHIME + 1000, () => {
    r.waiting = 1;
  });
  await r.say(2);
  assert.deepEqual(r.names(), ["chime", "c2"]);
});

test("two languages follow one another, and long calls are not repeated for ever", async () => {
  const r = room();
  r.set({ repeat: 3 });
  await r.say(4);
  assert.deepEqual(r.names(), ["chime", "c4", "e4", "c4", "e4"]);
  assert.equal(r.most, 1);
  assert.ok(r.heard[4].to - r.heard[0].from <= Voice.MOST);
});

test("when several wait, one chime holds for all and each is said shortly", async () => {
  const r = room();
  r.waiting = 2;
  await r.say(2, AT, 6000);
  assert.deepEqual(r.names(), ["chime", "s2"]);
  await r.say(3, AT, 3000);
  assert.deepEqual(r.names(), ["chime", "s2", "s3"]);
  await r.forward(10000);
  await r.say(4, AT + r.now);
  assert.deepEqual(r.names(), ["chime", "s2", "s3", "chime", "s4"]);
});

test("a call older than a minute is not spoken, one just as old is", async () => {
  const r = room();
  assert.equal(await r.say(2, AT - Silence.TOO_OLD - 1, 0), "late");
  assert.deepEqual(r.names(), []);
  const other = room();
  assert.equal(await other.say(2, AT - Silence.TOO_OLD), "spoken");
  const without = room({ noClock: true });
  assert.equal(await without.say(2, 0), "spoken");
});

test("a call whose visitor has come, or was given up, is not spoken", async () => {
  const r = room();
  let what = null;
  r.voice
    .say({ seq: 2, at: AT, standing: false }, () => 0)
    .then((found) => {
      what = found;
    });
  await r.forward(1000);
  assert.equal(what, "answered");
  assert.deepEqual(r.names(), []);
});

test("a visitor who comes while the chime rings is not called any more, one who comes at the words not again", async () => {
  for (const [comes, names, word] of [
    [500, ["chime"], "answered"],
    [CHIME + 1000, ["chime", "c2"], "spoken"],
  ]) {
    const r = room();
    r.set({ repeat: 3 });
    const call = { seq: 2, at: AT, standing: true };
    let what = null;
    r.after(comes, () => {
      call.standing = false;
    });
    r.voice
      .say(call, () => 0)
      .then((found) => {
        what = found;
      });
    await r.forward(60000);
    assert.deepEqual([r.names(), what], [names, word]);
  }
});

test("what was heard is told when it was said once, before it is repeated", async () => {
  const r = room();
  r.set({ repeat: 3 });
  const told = [];
  r.voice
    .say(
      { seq: 2, at: AT },
      () => 0,
      (what) => told.push([what, r.heard.length]),
    )
    .then((what) => told.push([what, r.heard.length]));
  await r.forward(60000);
  assert.deepEqual(told[0], ["spoken", 2]);
  assert.deepEqual(told.at(-1), ["spoken", 4]);
});

test("volume is handed on, and none at all is silence without a chime", async () => {
  const r = room();
  r.set({ volume: 40 });
  await r.say(2);
  assert.deepEqual(
    r.heard.map((one) => one.gain),
    [0.4, 0.4],
  );
  r.set({ volume: 0 });
  assert.equal(await r.say(3, AT + r.now), "muted");
  assert.equal(r.heard.length, 2);
});

test("in mute hours of the office's zone nothing is heard, also over midnight", async () => {
  const minute = 8 * 60 + 26;
  for (const [mute, heard] of [
    [[[minute, minute + 1]], "muted"],
    [[[minute + 1, minute + 2]], "spoken"],
    [[[minute - 1, minute]], "spoken"],
    [[[1200, minute + 1]], "muted"],
    [[[1200, minute]], "spoken"],
    [
      [
        [0, 60],
        [480, 520],
      ],
      "muted",
    ],
    [[[0, 1440]], "muted"],
  ]) {
    const r = room();
    r.set({ mute });
    assert.equal(await r.say(2), heard, JSON.stringify(mute));
    assert.equal(r.heard.length, heard === "muted" ? 0 : 2);
  }
});

test("a browser that keeps silent is told as blocked, and nothing is played", async () => {
  const r = room();
  r.awake = false;
  assert.equal(await r.say(2), "blocked");
  assert.deepEqual(r.names(), []);
});

test("words that can't be had leave the chime, and a chime that can't be had leaves the words", async () => {
  const words = room();
  words.missing = ["c2"];
  assert.equal(await words.say(2), "chime");
  assert.deepEqual(words.names(), ["chime"]);
  const chime = room();
  chime.missing = ["chime"];
  assert.equal(await chime.say(2), "spoken");
  assert.deepEqual(chime.names(), ["bell", "c2"]);
  assert.equal(await room().say(5), "chime");
  assert.equal(await room().say(99), "chime");
});

test("a hub that does not answer holds no call up for longer than some seconds", async () => {
  const r = room();
  r.missing = "hangs";
  let what = null;
  r.voice
    .say({ seq: 2, at: AT }, () => 0)
    .then((found) => {
      what = found;
    });
  await r.forward(12000);
  assert.equal(what, "chime");
  assert.deepEqual(r.names(), ["bell"]);
});

test("a sound that never ends is cut off and the next does not sound into it", async () => {
  const r = room();
  r.hangs = ["c2"];
  assert.equal(await r.say(2), "chime");
  assert.equal(r.stopped, 1);
  assert.equal(await r.say(3, AT + r.now), "spoken");
  assert.equal(r.most, 1);
});

test("calls in a rush are drawn one after the other while each is spoken, and told with what was heard", async () => {
  const r = room();
  const shown = [];
  const told = [];
  const page = Announcements.create({
    memory: { read: () => null, write: () => {} },
    show: (one, announcing) => {
      if (announcing) shown.push({ seq: one.seq, at: r.now });
    },
    announce: r.voice.say,
    acknowledge: (seq, heard) => {
      told.push([seq, heard]);
    },
    after: r.after,
  });
  const view = (seq, calls) => ({ seq, at: AT, business_day: "2026-11-24", calls });
  const call = (seq, recall = false) => ({ seq, number: `A-${seq}`, at: AT, recall });
  page.take(view(1, []));
  page.take(view(4, [call(2), call(3), call(4)]));
  await r.forward(60000);
  assert.deepEqual(
    shown.map((one) => one.seq),
    [2, 3, 4],
  );
  assert.deepEqual(told, [
    [2, "spoken"],
    [3, "spoken"],
    [4, "spoken"],
  ]);
  assert.deepEqual(r.names(), ["chime", "s2", "chime", "c3", "chime", "c4", "e4"]);
  assert.equal(r.most, 1);
  for (const [index, one] of shown.entries()) {
    const first = r.heard.find((sound) => sound.from >= one.at);
    assert.ok(first && (index === 0 || first.from >= shown[index].at), "drawn before it is heard");
  }
});

test("a repeated call goes before those that wait, and a reload in between loses and repeats none", async () => {
  let kept = null;
  const timers = [];
  const announced = [];
  const open = () =>
    Announcements.create({
      memory: {
        read: () => (kept ? JSON.parse(kept) : null),
        write: (value) => {
          kept = JSON.stringify(value);
        },
      },
      show: () => {},
      announce: (one) => {
        announced.push(one.seq);
        return Promise.resolve("spoken");
      },
      acknowledge: () => {},
      after: (_ms, what) => timers.push(what),
    });
  const settle = () => new Promise((done) => setImmediate(done));
  const turn = async () => {
    await settle();
    timers.splice(0).forEach((what) => what());
    await settle();
  };
  const view = (seq, calls) => ({ seq, at: AT, business_day: "2026-11-24", calls });
  const call = (seq, recall = false) => ({ seq, at: AT, recall });
  const log = [call(2), call(3), call(4), call(5, true), call(6, true)];
  let page = open();
  page.take(view(1, []));
  page.take(view(2, log.slice(0, 1)));
  page.take(view(6, log));
  await turn();
  assert.deepEqual(announced, [2, 5]);
  await turn();
  assert.deepEqual(announced, [2, 5, 6]);
  timers.length = 0;
  page = open(); // 5 is done, 6 was cut off
  page.take(view(6, log));
  for (let round = 0; round < 4; round++) await turn();
  assert.deepEqual(announced, [2, 5, 6, 6, 3, 4]);
  assert.deepEqual(JSON.parse(kept), { day: "2026-11-24", seq: 6, ahead: [] });
  page = open();
  page.take(view(6, log));
  await turn();
  assert.deepEqual(announced, [2, 5, 6, 6, 3, 4]);
});

test("a call that the log no longer names has its words while it waits, and no more than a few are kept", async () => {
  const r = room();
  r.set({ calls: { 9: { call: ["c9"], short: ["s9"] } } });
  assert.equal(await r.say(2), "spoken");
  const many = {};
  for (let seq = 100; seq < 180; seq++) many[seq] = { call: ["c"], short: ["s"] };
  r.set({ calls: many });
  r.set({ calls: {} });
  assert.equal(await r.say(3, AT + 60000), "chime");
});
