// When a display rests, where its picture stands, and how a long list is cut into pages.
import assert from "node:assert/strict";
import test from "node:test";

import * as Idle from "../../display/static/idle.js";
import * as Paging from "../../display/static/paging.js";
const NIGHT = [20 * 60, 6 * 60];
const NOW = Date.UTC(2026, 10, 24, 14, 0);

function facts(changes) {
  return {
    hubNow: NOW,
    minuteOfDay: 21 * 60,
    lastCall: NOW - 60000,
    openCounters: 3,
    blank: NIGHT,
    announcing: false,
    ...changes,
  };
}

test("a screen is bright while calls are made and dim when none came for long", () => {
  assert.equal(Idle.state(facts({})), "bright");
  assert.equal(Idle.state(facts({ lastCall: NOW - Idle.DIM_AFTER - 1 })), "dim");
  assert.equal(Idle.state(facts({ lastCall: null })), "dim");
});

test("it is black only in the night, with every counter closed and nothing called for long", () => {
  const quiet = { lastCall: null, openCounters: 0 };
  assert.equal(Idle.state(facts(quiet)), "blank");
  assert.equal(Idle.state(facts({ ...quiet, openCounters: 1 })), "dim");
  assert.equal(Idle.state(facts({ ...quiet, minuteOfDay: 12 * 60 })), "dim");
  assert.equal(Idle.state(facts({ ...quiet, blank: null })), "dim");
  assert.equal(Idle.state(facts({ ...quiet, lastCall: NOW - 60000 })), "bright");
});

test("a call wakes the screen at any hour", () => {
  assert.equal(Idle.state(facts({ lastCall: null, openCounters: 0, announcing: true })), "bright");
});

test("the night may lie over midnight or within a day", () => {
  assert.deepEqual(
    [19, 20, 23, 0, 5, 6].map((hour) => Idle.within(hour * 60, NIGHT)),
    [false, true, true, true, true, false],
  );
  assert.deepEqual(
    [11, 12, 13].map((hour) => Idle.within(hour * 60, [12 * 60, 13 * 60])),
    [false, true, false],
  );
});

test("the minute of the day is the office's, wherever the television thinks it is", () => {
  assert.equal(Idle.minuteOfDay(NOW, 7 * 60), 21 * 60);
  assert.equal(Idle.minuteOfDay(NOW, -15 * 60), 23 * 60);
});

test("the picture moves every two minutes, comes back, and never goes far", () => {
  const places = Array.from({ length: 16 }, (_, step) => Idle.shift(NOW + step * Idle.SHIFT_EVERY));
  assert.equal(new Set(places.map(String)).size, 8);
  assert.deepEqual(places.slice(0, 8), places.slice(8));
  for (const [x, y] of places) assert.ok(Math.abs(x) <= 0.3 && Math.abs(y) <= 0.3);
});

test("pages hold every item once, never more than fit, and nearly the same number", () => {
  for (let count = 0; count < 40; count++) {
    for (let fit = 1; fit < 9; fit++) {
      const pages = Paging.pages(count, fit);
      const sizes = pages.map(([from, until]) => until - from);
      assert.equal(
        sizes.reduce((all, size) => all + size, 0),
        count,
      );
      assert.ok(Math.max(...sizes) <= fit);
      assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
      pages.slice(1).forEach(([from], index) => assert.equal(from, pages[index][1]));
    }
  }
});

test("rows of different heights fill a page each, none is left out and none stands half", () => {
  assert.deepEqual(Paging.fill([10, 10, 20, 10, 20], 30), [
    [0, 2],
    [2, 4],
    [4, 5],
  ]);
  assert.deepEqual(Paging.fill([10, 10], 30), [[0, 2]]);
  assert.deepEqual(Paging.fill([40, 10], 30), [
    [0, 1],
    [1, 2],
  ]);
  assert.deepEqual(Paging.fill([], 30), [[0, 0]]);
  assert.deepEqual(Paging.fill([10, 20, 10, 10, 10], 30, 2), [
    [0, 4],
    [4, 5],
  ]);
  assert.deepEqual(Paging.fill([40, 40, 10], 30, 2), [
    [0, 2],
    [2, 3],
  ]);
});
