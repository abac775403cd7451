// One voice in each zone: who is not asked to speak stays silent until the other has said it, and takes over when it falls silent.
import assert from "node:assert/strict";
import { test } from "node:test";

import * as Turns from "../../display/static/turns.js";

const SAYS = 4000; /* a call, said once */

/* A clock for several displays, and a hub as far as they know it: it gives each call to whoever asks first. */
function room() {
  const r = { now: 0, timers: [], said: [], cuts: [], zone: { speaker: "", call: 0, heard: [] }, displays: [] };
  r.after = (ms, what) => r.timers.push({ at: r.now + ms, what });
  r.settle = async () => {
    for (let turn = 0; turn < 4; turn++) await new Promise((done) => setImmediate(done));
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
  r.tell = (more) => {
    r.zone = { ...r.zone, ...more };
    r.displays.forEach((one) => {
      if (one.reached) one.turns.take(r.zone);
    });
  };
  r.display = (me, more = {}) => {
    const d = { me, reached: true, why: "", asked: [], ...more };
    d.voice = {
      silence: () => Promise.resolve(d.why),
      speak: (call) => {
        r.said.push(`${me} ${call.seq}`);
        return new Promise((done) => r.after(SAYS, () => done("spoken")));
      },
      cut: () => r.cuts.push(me),
    };
    d.turns = Turns.create({
      me,
      voice: d.voice,
      ask: (word) => {
        d.asked.push(word);
        if (!d.reached) return Promise.reject(new Error("cut off"));
        const free = !r.zone.call && !r.zone.heard.includes(word.seq);
        const mine = free || (r.zone.speaker === me && r.zone.call === word.seq);
        if (mine && free) r.tell({ speaker: me, call: word.seq });
        return Promise.resolve({ mine });
      },
      over: (seq, heard) => {
        const all = heard ? [...r.zone.heard, seq] : r.zone.heard;
        if (d.reached && r.zone.speaker === me) r.tell({ speaker: "", call: 0, heard: all });
      },
      now: () => r.now,
      after: r.after,
    });
    d.turns.take(d.alone ? null : r.zone);
    r.displays.push(d);
    return d;
  };
  r.say = (d, call) => {
    const told = { word: null };
    d.turns
      .say(
        call,
        () => 0,
        () => {},
      )
      .then((word) => {
        told.word = word;
        told.at = r.now;
      });
    return told;
  };
  return r;
}

const call = (seq, more = {}) => ({ seq, standing: true, ...more });

test("a display that is alone in its zone asks nobody", async () => {
  const r = room();
  const d = r.display("left", { alone: true });
  const told = r.say(d, call(2));
  await r.forward(SAYS);
  assert.equal(told.word, "spoken");
  assert.deepEqual(d.asked, []);
});

test("of two displays one speaks; the other is silent and ends with it", async () => {
  const r = room();
  const [left, right] = [r.display("left"), r.display("right")];
  const [one, other] = [r.say(left, call(2)), r.say(right, call(2))];
  await r.forward(SAYS + 100);
  assert.deepEqual(r.said, ["left 2"]);
  assert.deepEqual([one.word, other.word], ["spoken", ""]);
  assert.ok(other.at - one.at <= 100);
});

test("a speaker that was cut off falls silent before another may speak, and the other says the call", async () => {
  const r = room();
  const [left, right] = [r.display("left"), r.display("right")];
  r.say(left, call(2));
  const other = r.say(right, call(2));
  await r.forward(500);
  left.reached = false;
  await r.forward(Turns.HELD + 500);
  assert.deepEqual(r.cuts, ["left"]);
  r.tell({ speaker: "", call: 0 }); /* as the hub does a second later */
  await r.forward(1000);
  assert.deepEqual(r.said, ["left 2", "right 2"]);
  await r.forward(SAYS);
  assert.equal(other.word, "spoken");
});

test("a speaker that reaches the hub keeps its turn for as long as it speaks", async () => {
  const r = room();
  const left = r.display("left");
  const told = r.say(left, call(2));
  await r.forward(SAYS + 100);
  assert.equal(told.word, "spoken");
  assert.deepEqual(r.cuts, []);
  assert.ok(left.asked.filter((word) => word.still).length >= 2);
});

test("a display that can't speak is in step with the one that does, and owns up only when nobody speaks", async () => {
  const r = room();
  const [left, silent] = [r.display("left"), r.display("silent", { why: "blocked" })];
  r.say(left, call(2));
  const told = r.say(silent, call(2));
  await r.forward(SAYS + 500);
  assert.equal(told.word, "");
  assert.deepEqual(silent.asked, []);
  left.reached = false;
  const alone = r.say(silent, call(3));
  await r.forward(Turns.NOBODY - 500);
  assert.equal(alone.word, null);
  await r.forward(1500);
  assert.equal(alone.word, "blocked");
});

test("a call that is answered or too old is waited for by nobody", async () => {
  const r = room();
  for (const why of ["answered", "late"]) {
    const told = r.say(r.display(why, { why }), call(2));
    await r.forward(0);
    assert.equal(told.word, why);
  }
});

test("a visitor who comes before anybody spoke is not called out", async () => {
  const r = room();
  r.tell({ speaker: "upstairs", call: 1 });
  const d = r.display("left");
  const coming = call(2);
  const told = r.say(d, coming);
  await r.forward(500);
  coming.standing = false;
  await r.forward(500);
  assert.equal(told.word, "answered");
  assert.deepEqual(r.said, []);
});

test("what interrupts ends the sound and gives the turn back", async () => {
  const r = room();
  const [left, right] = [r.display("left"), r.display("right")];
  r.say(left, call(2));
  await r.forward(500);
  left.turns.hush();
  assert.deepEqual(r.cuts, ["left"]);
  r.say(right, call(3));
  await r.forward(500);
  assert.deepEqual(r.said, ["left 2", "right 3"]);
});

test("what was left before it could be spoken is not spoken later", async () => {
  const r = room();
  const d = r.display("left");
  r.say(d, call(2));
  d.turns.hush();
  await r.forward(SAYS);
  assert.deepEqual(r.said, []);
});

test("an evacuation is said by one display of the zone, each time anew", async () => {
  const r = room();
  const [left, right] = [r.display("left"), r.display("right")];
  for (let time = 1; time <= 2; time++) {
    const [one, other] = [r.say(left, call(9, { urgent: true })), r.say(right, call(9, { urgent: true }))];
    await r.forward(SAYS + 500);
    assert.deepEqual([one.word, other.word], ["spoken", ""]);
    assert.equal(r.said.length, time);
  }
});
