// The countdown that takes the kiosk back to its start.
import assert from "node:assert/strict";
import { test } from "node:test";

import * as Timer from "../../kiosk/static/timer.js";

function world() {
  const w = { now: 0, ticking: 0, what: null, ends: 0, told: [] };
  w.timer = Timer.create({
    now: () => w.now,
    every: (_ms, what) => {
      w.ticking += 1;
      w.what = what;
      return () => {
        w.ticking -= 1;
      };
    },
    onTick: (left, whole) => w.told.push([left, whole]),
    onEnd: () => {
      w.ends += 1;
    },
  });
  w.forward = (ms) => {
    w.now += ms;
    if (w.ticking) w.what();
  };
  return w;
}

test("it ends once, after its time, and stops ticking", () => {
  const w = world();
  w.timer.start(10);
  w.forward(9900);
  assert.equal(w.ends, 0);
  w.forward(200);
  w.forward(10000);
  assert.equal(w.ends, 1);
  assert.equal(w.ticking, 0);
});

test("started again it counts from the beginning and only one ticking runs", () => {
  const w = world();
  w.timer.start(10);
  w.forward(8000);
  w.timer.start(10);
  assert.equal(w.ticking, 1);
  w.forward(8000);
  assert.equal(w.ends, 0);
});

test("it can be given more time but never less", () => {
  const w = world();
  w.timer.start(25);
  w.timer.atLeast(45);
  assert.equal(w.timer.left(), 45);
  w.timer.atLeast(5);
  assert.equal(w.timer.left(), 45);
});

test("a stopped countdown never ends and is not woken by more time", () => {
  const w = world();
  w.timer.start(5);
  w.timer.stop();
  w.timer.atLeast(45);
  w.forward(60000);
  assert.deepEqual([w.ends, w.timer.running()], [0, false]);
});
