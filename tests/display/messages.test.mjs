// What staff announce: between calls and never over one, an urgent one before all until it is ended, each once otherwise.
import assert from "node:assert/strict";
import { test } from "node:test";

import * as Announcements from "../../display/static/announcements.js";
import { AT, call, display, openedEmpty, view } from "./a_display.mjs";

const CAR = { id: "Mobil B 1234", en: "Car B 1234" };

function message(seq, more = {}) {
  return { seq, message: CAR, urgent: false, standing: true, at: AT, ...more };
}

function announced(d) {
  return d.shown.filter(([, announcing]) => announcing).map(([seq]) => seq);
}

test("an announcement comes after the call that is being said and before those that wait; none is lost", async () => {
  const d = await openedEmpty();
  d.page.take(view(3, [call(2), call(3)]));
  await d.forward(500);
  d.page.take(view(4, [call(2), call(3)], { messages: [message(4)] }));
  await d.forward(60000);
  assert.deepEqual(announced(d), [2, 4, 3]);
  assert.deepEqual(d.told, [2, 3]); // the hub keeps no word on announcements
  assert.equal(d.most, 1);
  assert.equal(d.page.busy(), false);
});

test("it stays until it was read in each of its languages, and is not said again until the hub says so", async () => {
  const d = await openedEmpty();
  d.page.take(view(2, [], { messages: [message(2)] }));
  await d.forward(Announcements.MESSAGE_TURN * 2 - 1);
  assert.equal(d.page.busy(), true);
  await d.forward(1);
  assert.equal(d.page.busy(), false);
  d.page.take(view(3, [call(3)], { messages: [message(2)] }));
  await d.forward(60000);
  d.page.take(view(4, [call(3)], { messages: [message(4)] })); // the same one, said again
  await d.forward(60000);
  assert.deepEqual(announced(d), [2, 3, 4]);
});

test("an urgent one cuts in, is said again and again, and the call it cut off comes when it is ended", async () => {
  const d = await openedEmpty();
  d.page.take(view(2, [call(2)]));
  await d.forward(500);
  const alarm = message(3, { urgent: true });
  d.page.take(view(3, [call(2)], { messages: [alarm] }));
  assert.deepEqual(d.shown.at(-1), [3, true]);
  await d.forward(Announcements.ALARM_LEAST * 3 + 100);
  d.page.take(view(4, [call(2), call(4)], { messages: [alarm] }));
  await d.forward(1000);
  assert.deepEqual(new Set(announced(d).slice(1)), new Set([3]));
  assert.ok(announced(d).length >= 4);
  d.page.take(view(5, [call(2), call(4)], { messages: [] }));
  assert.deepEqual(d.shown.at(-1), [2, true]);
  await d.forward(60000);
  assert.deepEqual(announced(d).slice(-2), [2, 4]);
  assert.equal(d.page.busy(), false);
});

test("a display that begins while an urgent one holds shows it, and an older usual one is not called out again", async () => {
  const d = display();
  d.page.take(view(9, [call(2)], { messages: [message(4), message(5, { urgent: true })] }));
  await d.forward(100);
  assert.deepEqual(announced(d), [5]);
  d.load(); // its power was cut
  d.page.take(view(9, [call(2)], { messages: [message(4), message(5, { urgent: true })] }));
  await d.forward(100);
  assert.deepEqual(announced(d), [5, 5]);
});

test("what is ended while it waits for its turn is not said, nor what another display of the zone has said", async () => {
  const d = await openedEmpty();
  d.page.take(view(2, [call(2)]));
  await d.forward(500);
  d.page.take(view(4, [call(2)], { messages: [message(3), message(4)] }));
  d.page.take(view(5, [call(2)], { messages: [message(4)], zone: { speaker: "d2", call: 0, heard: [4] } }));
  await d.forward(60000);
  assert.deepEqual(announced(d), [2]);
});
