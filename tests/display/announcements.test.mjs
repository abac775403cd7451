// Every call once, oldest first, none missed: after sleep, a cut, a reload, a clock of another day.
import assert from "node:assert/strict";
import { test } from "node:test";

import * as Announcements from "../../display/static/announcements.js";
import * as CallQueue from "../../display/static/call_queue.js";
import { AT, call, display, openedEmpty, view } from "./a_display.mjs";

test("a new call is shown large as announced, sounded, then told to the hub", async () => {
  const d = await openedEmpty();
  d.page.take(view(2, [call(2)]));
  assert.deepEqual(d.shown.at(-1), [2, true]);
  assert.equal(d.page.busy(), true);
  await d.forward(Announcements.SHOWN_LEAST);
  assert.deepEqual([d.announced, d.told], [[2], [2]]);
  assert.deepEqual(d.shown.at(-1), [2, false]);
  assert.equal(d.page.busy(), false);
});

test("calls in short succession are announced one after the other, oldest first, sounds never overlapping", async () => {
  const d = await openedEmpty();
  d.page.take(view(2, [call(2)]));
  await d.forward(500);
  d.page.take(view(5, [call(2), call(3), call(4), call(5)]));
  await d.forward(60000);
  assert.deepEqual(d.announced, [2, 3, 4, 5]);
  assert.deepEqual(d.told, [2, 3, 4, 5]);
  assert.equal(d.most, 1);
  assert.deepEqual(
    d.shown.filter(([, announcing]) => announcing).map(([seq]) => seq),
    [2, 3, 4, 5],
  );
});

test("the screen is told how many calls follow the one that is large, and that none does at the end", async () => {
  const d = await openedEmpty();
  d.page.take(view(4, [call(2), call(3), call(4)]));
  assert.deepEqual([d.shown.at(-1), d.following.at(-1)], [[2, true], 2]);
  await d.forward(60000);
  const large = d.shown
    .map(([seq, announcing], at) => [seq, announcing, d.following[at]])
    .filter(([, announcing]) => announcing);
  assert.deepEqual(
    [...new Map(large.map(([seq, , following]) => [seq, following]))],
    [
      [2, 2],
      [3, 1],
      [4, 0],
    ],
  );
  assert.equal(d.following.at(-1), 0);
});

test("the same view again, or an equal log, announces nothing twice", async () => {
  const d = await openedEmpty();
  for (let time = 0; time < 4; time++) {
    d.page.take(view(2 + time, [call(2)]));
    await d.forward(3000);
  }
  await d.forward(30000);
  assert.deepEqual(d.announced, [2]);
});

test("a display cut off while three calls were made announces all three on return, in order", async () => {
  const d = await openedEmpty();
  d.page.take(view(2, [call(2)]));
  await d.forward(3600000);
  d.page.take(view(9, [call(2), call(5), call(7), call(9)], { at: AT + 3600000 }));
  await d.forward(60000);
  assert.deepEqual(d.announced, [2, 5, 7, 9]);
});

test("a new display begins at the newest call and calls out nothing old", async () => {
  const d = display();
  d.page.take(view(9, [call(5), call(9)]));
  await d.forward(60000);
  assert.deepEqual(d.announced, []);
  assert.deepEqual(d.shown.at(-1), [9, false]);
  d.page.take(view(11, [call(5), call(9), call(11)]));
  await d.forward(60000);
  assert.deepEqual(d.announced, [11]);
});

test("a new display of a day without calls announces the first one", async () => {
  const d = display();
  d.page.take(view(40, []));
  assert.deepEqual(d.shown.at(-1), [null, false]);
  d.page.take(view(42, [call(42)]));
  await d.forward(60000);
  assert.deepEqual(d.announced, [42]);
});

test("a reload forgets nothing and repeats nothing that was announced", async () => {
  const d = await openedEmpty();
  d.page.take(view(2, [call(2)]));
  await d.forward(60000);
  d.load();
  d.page.take(view(4, [call(2), call(4)]));
  await d.forward(60000);
  assert.deepEqual(d.announced, [2, 4]);
});

test("a call interrupted by a reload is announced by the page that comes after, and told once", async () => {
  for (const [after, announced] of [
    [1000, [2, 2, 3]],
    [2000, [2, 3]],
  ]) {
    // before it was heard, and after
    const d = await openedEmpty();
    d.page.take(view(3, [call(2), call(3)]));
    await d.forward(after);
    d.kept = JSON.stringify(CallQueue.remembered(JSON.parse(d.kept), [...d.told], "2026-11-24"));
    d.load();
    d.page.take(view(3, [call(2), call(3)]));
    await d.forward(60000);
    assert.deepEqual([d.announced, d.told], [announced, [2, 3]]);
  }
});

test("a display running since yesterday announces the first call of the morning", async () => {
  const d = await openedEmpty();
  d.page.take(view(2, [call(2)]));
  await d.forward(60000);
  const morning = AT + 23 * 3600000;
  d.page.take(view(4, [call(4, morning)], { at: morning + 500, business_day: "2026-11-25" }));
  await d.forward(60000);
  assert.deepEqual(d.announced, [2, 4]);
});

test("a display that slept through the night does not call out the morning, only the last minutes", async () => {
  const d = await openedEmpty();
  const at = AT + 26 * 3600000;
  const old = call(4, at - CallQueue.TOO_OLD - 1000);
  d.page.take(view(9, [old, call(8, at - 20000)], { at, business_day: "2026-11-25" }));
  await d.forward(60000);
  assert.deepEqual(d.announced, [8]);
});

test("a display switched on in the morning with yesterday's memory begins at the newest call", async () => {
  const d = display(JSON.stringify({ day: "2026-11-23", seq: 2 }));
  d.page.take(view(9, [call(5), call(8)]));
  await d.forward(60000);
  assert.deepEqual(d.announced, []);
  d.page.take(view(12, [call(5), call(8), call(12)]));
  await d.forward(60000);
  assert.deepEqual(d.announced, [12]);
});

test("a hub restored from a backup is followed from where it is now", async () => {
  const d = await openedEmpty();
  d.page.take(view(90, [call(80), call(90)]));
  await d.forward(60000);
  d.page.take(view(50, [call(40)]));
  d.page.take(view(52, [call(40), call(52)]));
  await d.forward(60000);
  assert.deepEqual(d.announced, [80, 90, 52]);
});

test("a new day without calls shows none", async () => {
  const d = await openedEmpty();
  d.page.take(view(2, [call(2)]));
  await d.forward(60000);
  d.page.take(view(3, [], { business_day: "2026-11-25" }));
  assert.deepEqual(d.shown.at(-1), [null, false]);
});

test("sound that never ends or is blocked does not stop the calls", async () => {
  for (const sound of ["hangs", "blocked"]) {
    const d = await openedEmpty();
    d.sound = sound;
    d.page.take(view(4, [call(2), call(3), call(4)]));
    await d.forward(4 * Announcements.ANNOUNCE_MOST);
    assert.deepEqual(d.told, [2, 3, 4], sound);
  }
});

test("the hub is told what was heard once it was, and only once, although the call stands for longer", async () => {
  const d = await openedEmpty();
  d.sound = "early";
  d.page.take(view(2, [call(2)]));
  await d.settle();
  assert.deepEqual([d.told, d.heard, d.page.busy()], [[2], ["spoken"], true]);
  await d.forward(60000);
  assert.deepEqual(d.told, [2]);
});

test("a call that waits while its visitor comes, or while the log forgets it, is told to be answered", async () => {
  const d = await openedEmpty();
  const [first, second, third] = [2, 3, 4].map((seq) => ({ ...call(seq), standing: true }));
  const seen = [];
  d.page.take(view(4, [first, second, third]));
  const announce = () => seen.push([d.announced.at(-1), [first, second, third].map((one) => one.standing)]);
  announce();
  d.page.take(
    view(5, [
      { ...third, standing: true },
      { ...second, standing: false },
    ]),
  );
  await d.forward(60000);
  announce();
  assert.deepEqual(d.announced, [2, 3, 4]);
  assert.deepEqual(seen, [
    [2, [true, true, true]],
    [4, [false, false, true]],
  ]);
});

test("a page that begins goes by what it kept and by what the hub was told, also of a call that went before others", () => {
  const today = "2026-11-24";
  const mine = { day: today, seq: 5, ahead: [9] };
  const { remembered } = CallQueue;
  assert.deepEqual(remembered(mine, [], today), mine);
  assert.deepEqual(remembered(null, [], today), null);
  assert.deepEqual(remembered(mine, [5, 9, 12], today), { day: today, seq: 5, ahead: [9, 5, 9, 12] });
  assert.deepEqual(remembered(null, [7, 9], today), { day: today, seq: 6, ahead: [7, 9] });
  assert.deepEqual(remembered({ day: "2026-11-23", seq: 2 }, [7], today), { day: today, seq: 6, ahead: [7] });
});

test("a page that begins takes what was heard for announced, also before the hub was told", () => {
  const today = "2026-11-24";
  const mine = { day: today, seq: 5, ahead: [9] };
  const words = [
    { seq: 4, sound: "chime" },
    { seq: 6, shown: true },
    { seq: 7, sound: "spoken" },
  ];
  assert.deepEqual(CallQueue.untold(mine, words, today), { day: today, seq: 5, ahead: [9, 7] });
  assert.deepEqual(CallQueue.untold(mine, null, today), mine);
  assert.equal(CallQueue.untold(null, words, today), null); // of which day they are is not known
  const old = { day: "2026-11-23", seq: 2 };
  assert.equal(CallQueue.untold(old, words, today), old);
});

test("a repeated call that was told before a reload loses none of those that waited for it", async () => {
  const d = display(JSON.stringify({ day: "2026-11-24", seq: 2, ahead: [] }));
  const log = [call(2), call(3), call(4), { ...call(5), recall: true }];
  d.kept = JSON.stringify(CallQueue.remembered(JSON.parse(d.kept), [2, 5], "2026-11-24"));
  d.load();
  d.page.take(view(5, log));
  await d.forward(60000);
  assert.deepEqual(d.announced, [3, 4]);
  assert.deepEqual(JSON.parse(d.kept), { day: "2026-11-24", seq: 5, ahead: [] });
});

test("a month of calls leaves no growing memory", async () => {
  const d = await openedEmpty();
  for (let seq = 2; seq < 5000; seq++) {
    d.page.take(view(seq, [call(seq)]));
    await d.forward(6000);
    d.shown.length = 0;
  }
  assert.equal(d.announced.length, 4998);
  assert.ok(d.timers.length <= 5, `${d.timers.length} timers are left`);
});

test("the call that the zone's voice is at is shown at once, and what stood here comes when its turn comes", async () => {
  const d = await openedEmpty();
  d.sound = "hangs";
  d.page.take(view(4, [call(2), call(3), call(4)]));
  await d.forward(500);
  d.page.lead(4);
  assert.deepEqual(d.shown.at(-1), [4, true]);
  assert.deepEqual(d.hushed, [2]);
  d.sound = "plays";
  await d.forward(60000);
  assert.deepEqual(d.announced, [2, 4, 2, 3]);
  assert.deepEqual([...d.told].sort(), [2, 3, 4]);
  d.page.lead(3);
  assert.deepEqual(d.shown.at(-1), [4, false]);
});

test("what another display of the zone has said meanwhile is not announced here any more", async () => {
  const d = await openedEmpty();
  d.page.take(view(4, [call(2), call(3), call(4)]));
  d.page.take(view(4, [call(2), call(3), call(4)], { zone: { speaker: "other", call: 4, heard: [2, 3] } }));
  await d.forward(60000);
  assert.deepEqual(d.announced, [2, 4]);
  assert.equal(JSON.parse(d.kept).seq, 4);
});
