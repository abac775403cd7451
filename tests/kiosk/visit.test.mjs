// One visit's wish: never lost, never asked for twice, whatever the hub does.
import assert from "node:assert/strict";
import { test } from "node:test";

import * as Visit from "../../kiosk/static/visit.js";
const WISH = { service: "card", persons: 2 };
const ISSUED = { status: 201, body: { ticket: { number: "A-001" } } };

function world(kept = null) {
  const w = {
    now: 1000,
    kept,
    ids: 0,
    posts: [],
    shown: [],
    timers: [],
    memory: {
      read: () => w.kept,
      write: (value) => {
        w.kept = value;
      },
      clear: () => {
        w.kept = null;
      },
    },
  };
  w.visit = Visit.create({
    post: (wish) => new Promise((answer, fail) => w.posts.push({ wish, answer, fail })),
    show: (screen, data) => w.shown.push([screen, data]),
    newId: () => `id-${++w.ids}`,
    now: () => w.now,
    random: () => 0.5,
    after: (ms, what) => {
      const timer = { at: w.now + ms, what };
      w.timers.push(timer);
      return () => {
        w.timers = w.timers.filter((one) => one !== timer);
      };
    },
    memory: w.memory,
  });
  w.settle = () => new Promise((done) => setImmediate(done));
  w.forward = async (ms) => {
    w.now += ms;
    const due = w.timers.filter((timer) => timer.at <= w.now);
    w.timers = w.timers.filter((timer) => timer.at > w.now);
    due.forEach((timer) => timer.what());
    await w.settle();
  };
  w.last = () => w.shown[w.shown.length - 1];
  w.answer = async (answer) => {
    w.posts[w.posts.length - 1].answer(answer);
    await w.settle();
  };
  w.cut = async () => {
    w.posts[w.posts.length - 1].fail(new TypeError("no network"));
    await w.settle();
  };
  return w;
}

test("an answered wish shows the number and is forgotten", async () => {
  const w = world();
  assert.equal(w.visit.submit(WISH), true);
  assert.equal(w.kept.wish.request_id, "id-1");
  await w.answer(ISSUED);
  assert.deepEqual(w.last(), ["result", ISSUED.body]);
  assert.equal(w.kept, null);
  assert.equal(w.visit.busy(), false);
  assert.deepEqual(w.timers, []);
});

test("a second tap while one wish is on its way asks for nothing", async () => {
  const w = world();
  w.visit.submit(WISH);
  assert.equal(w.visit.submit({ service: "family", persons: 1 }), false);
  assert.equal(w.posts.length, 1);
});

test("a wish that meets no hub is repeated with the same request id until it is answered", async () => {
  const w = world();
  w.visit.submit(WISH);
  for (let attempt = 0; attempt < 5; attempt++) {
    await w.cut();
    assert.deepEqual(w.last(), ["waiting", { cut: true }]);
    await w.forward(3000);
  }
  await w.answer(ISSUED);
  assert.equal(w.posts.length, 6);
  assert.deepEqual(new Set(w.posts.map((post) => post.wish.request_id)), new Set(["id-1"]));
  assert.equal(w.last()[0], "result");
});

test("faults and overload are waited out; a refusal is shown at once", async () => {
  for (const status of [500, 502, 503, 429, 408]) {
    const w = world();
    w.visit.submit(WISH);
    await w.answer({ status, body: {} });
    assert.equal(w.last()[0], "waiting", String(status));
    assert.equal(w.visit.busy(), true);
  }
  for (const status of [403, 404, 409, 422]) {
    const w = world();
    w.visit.submit(WISH);
    const error = { code: "service_paused", message: "Paused" };
    await w.answer({ status, body: { error } });
    assert.deepEqual(w.last(), ["problem", error]);
    assert.equal(w.visit.busy(), false);
    assert.equal(w.kept, null);
  }
});

test("a new visit after a refusal has a request id of its own", async () => {
  const w = world();
  w.visit.submit(WISH);
  await w.answer({ status: 409, body: { error: {} } });
  w.visit.submit(WISH);
  assert.equal(w.posts[1].wish.request_id, "id-2");
});

test("a slow hub is told as such before any cut, and only while nothing was answered", async () => {
  const w = world();
  w.visit.submit(WISH);
  await w.forward(Visit.SLOW_AFTER);
  assert.deepEqual(w.shown, [["waiting", { cut: false }]]);
  await w.answer(ISSUED);
  assert.equal(w.shown.length, 2);
});

test("the hub coming back is asked at once and not twice", async () => {
  const w = world();
  w.visit.submit(WISH);
  await w.cut();
  w.visit.nudge();
  w.visit.nudge();
  assert.equal(w.posts.length, 2);
  await w.answer(ISSUED);
  await w.forward(10000);
  assert.equal(w.posts.length, 2);
  assert.equal(w.shown.filter(([screen]) => screen === "result").length, 1);
});

test("after three minutes without a hub the visitor is sent to the staff and nothing more is asked", async () => {
  const w = world();
  w.visit.submit(WISH);
  await w.cut();
  await w.forward(Visit.GIVE_UP_AFTER);
  await w.cut();
  assert.equal(w.last()[0], "stopped");
  assert.equal(w.kept, null);
  const asked = w.posts.length;
  await w.forward(60000);
  w.visit.nudge();
  assert.equal(w.posts.length, asked);
});

test("a page loaded again goes on with the wish under its first request id", async () => {
  const w = world({ wish: { ...WISH, request_id: "before" }, since: 500 });
  assert.equal(w.visit.resume(), true);
  assert.equal(w.posts[0].wish.request_id, "before");
  await w.answer(ISSUED);
  assert.equal(w.last()[0], "result");
});

test("a wish from long ago, or from a clock since set back, is not taken up", () => {
  for (const since of [1000 - Visit.GIVE_UP_AFTER, 2000]) {
    const w = world({ wish: { ...WISH, request_id: "before" }, since });
    assert.equal(w.visit.resume(), false);
    assert.equal(w.posts.length, 0);
    assert.equal(w.kept, null);
  }
});

test("asking at once replaces the next turn, so that the hub is not asked ever faster", async () => {
  const w = world();
  w.visit.submit(WISH);
  await w.cut();
  await w.forward(1000);
  w.visit.nudge();
  await w.cut();
  await w.forward(1500);
  assert.equal(w.posts.length, 2);
  await w.forward(1000);
  assert.equal(w.posts.length, 3);
});
