/* One wish of the operator, until it is answered. */

import assert from "node:assert/strict";
import { test } from "node:test";
import * as Wishes from "../../counter_panel/static/wishes.js";

function world(kept) {
  const it = {
    sent: [],
    answers: [],
    timers: [],
    states: [],
    done: [],
    refused: [],
    signedOut: 0,
    at: 1000,
    ids: 0,
    kept: kept || null,
    send(wish) {
      it.sent.push(JSON.parse(JSON.stringify(wish)));
      return new Promise((resolve, reject) => it.answers.push({ resolve, reject }));
    },
    newId: () => `id-${++it.ids}`,
    now: () => it.at,
    random: () => 1,
    after(ms, what) {
      const timer = { at: it.at + ms, what };
      it.timers.push(timer);
      return () => {
        it.timers = it.timers.filter((one) => one !== timer);
      };
    },
    memory: {
      read: () => it.kept,
      write: (value) => {
        it.kept = value;
      },
      clear: () => {
        it.kept = null;
      },
    },
    onChange: (state) => it.states.push(state),
    onDone: (body, wish) => it.done.push([body, wish.name]),
    onRefused: (error) => it.refused.push(error),
    onSignedOut: () => {
      it.signedOut += 1;
    },
    async pass(ms) {
      const end = it.at + ms;
      for (;;) {
        await settle();
        const due = it.timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
        if (!due) break;
        it.at = due.at;
        it.timers = it.timers.filter((timer) => timer !== due);
        due.what();
      }
      it.at = end;
      await settle();
    },
    async answer(status, body) {
      it.answers.shift().resolve({ status, body });
      await settle();
    },
    async cut() {
      it.answers.shift().reject(new Error("cut"));
      await settle();
    },
  };
  return it;
}
const settle = () => new Promise((resolve) => setImmediate(resolve));
const CALL = { name: "big", url: "/counter_panel/calls", fields: { current: "A-001" } };

test("a wish carries a request id and its answer ends it", async () => {
  const it = world();
  const wishes = Wishes.create(it);
  assert.equal(wishes.ask(CALL), true);
  assert.deepEqual(it.sent[0], {
    name: "big",
    url: "/counter_panel/calls",
    method: "POST",
    fields: { current: "A-001", request_id: "id-1" },
  });
  await it.answer(201, { seq: 9 });
  assert.deepEqual(it.done, [[{ seq: 9 }, "big"]]);
  assert.equal(wishes.busy(), false);
  assert.equal(it.kept, null);
  assert.deepEqual(it.timers, []);
});

test("while one wish is on its way a second tap does nothing", async () => {
  const it = world();
  const wishes = Wishes.create(it);
  wishes.ask(CALL);
  assert.equal(wishes.ask({ name: "verb-1", url: "/other", fields: {} }), false);
  assert.equal(it.sent.length, 1);
});

test("a cut line repeats the same wish with the same id until it is answered", async () => {
  const it = world();
  const wishes = Wishes.create(it);
  wishes.ask(CALL);
  for (let attempt = 0; attempt < 4; attempt += 1) {
    await it.cut();
    await it.pass(4000);
  }
  assert.equal(it.sent.length, 5);
  assert.deepEqual(new Set(it.sent.map((wish) => wish.fields.request_id)), new Set(["id-1"]));
  assert.equal(it.states.at(-1).slow, true);
  await it.answer(201, { seq: 3 });
  assert.equal(it.done.length, 1);
  await it.pass(60000);
  assert.equal(it.sent.length, 5);
});

test("a hub that is starting or overloaded is asked again, a refusal is told at once", async () => {
  const it = world();
  const wishes = Wishes.create(it);
  wishes.ask(CALL);
  await it.answer(503, {});
  await it.pass(1000);
  assert.equal(it.sent.length, 2);
  await it.answer(409, { error: { code: "queue_empty", message: "Tidak ada." } });
  assert.deepEqual(it.refused, [{ code: "queue_empty", message: "Tidak ada." }]);
  assert.equal(wishes.busy(), false);
});

test("a session that has ended leads to sign-in", async () => {
  const it = world();
  Wishes.create(it).ask(CALL);
  await it.answer(403, { error: { code: "sign_in_required", message: "" } });
  assert.equal(it.signedOut, 1);
  assert.deepEqual(it.refused, []);
});

test("a page loaded again goes on with its wish, but not with one of long ago", async () => {
  const before = world();
  Wishes.create(before).ask(CALL);
  const it = world(before.kept);
  assert.equal(Wishes.create(it).resume(), true);
  assert.equal(it.sent[0].fields.request_id, "id-1");
  const late = world(before.kept);
  late.at += Wishes.KEPT_FOR + 1;
  assert.equal(Wishes.create(late).resume(), false);
  assert.equal(late.kept, null);
  assert.equal(late.sent.length, 0);
});

test("a returning hub is asked at once, and a wish given up is not sent again", async () => {
  const it = world();
  const wishes = Wishes.create(it);
  wishes.ask(CALL);
  await it.cut();
  wishes.nudge();
  assert.equal(it.sent.length, 2);
  wishes.nudge();
  assert.equal(it.sent.length, 2, "not twice at the same time");
  await it.cut();
  wishes.giveUp();
  await it.pass(60000);
  assert.equal(it.sent.length, 2);
  assert.equal(it.kept, null);
});

test("slowness is said only after a while", async () => {
  const it = world();
  Wishes.create(it).ask(CALL);
  await it.pass(1400);
  assert.equal(it.states.at(-1).slow, false);
  await it.pass(200);
  assert.equal(it.states.at(-1).slow, true);
});
