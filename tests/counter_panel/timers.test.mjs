/* Running times by the hub's clock. */

import assert from "node:assert/strict";
import { test } from "node:test";
import * as Timers from "../../counter_panel/static/timers.js";

test("times count up in minutes and seconds, with hours when there are some", () => {
  assert.equal(Timers.clock(0), "0:00");
  assert.equal(Timers.clock(247999), "4:07");
  assert.equal(Timers.clock(3847000), "1:04:07");
  assert.equal(Timers.minutes(59999), "0");
  assert.equal(Timers.minutes(1380000), "23");
});

test("a hub clock a little behind never shows a negative time", () => {
  assert.equal(Timers.clock(-900), "0:00");
  assert.equal(Timers.minutes(-900), "0");
});

function page(places) {
  return { querySelectorAll: (selector) => places.filter((place) => selector.slice(6, -1) in place.dataset) };
}

test("a display gets a moment before the operator is told to call aloud", () => {
  const waiting = { dataset: { until: "1000" }, hidden: false };
  const aloud = { dataset: { from: "1000" }, hidden: true };
  Timers.show(page([waiting, aloud]), 1000 + Timers.PATIENCE - 1);
  assert.deepEqual([waiting.hidden, aloud.hidden], [false, true]);
  Timers.show(page([waiting, aloud]), 1000 + Timers.PATIENCE);
  assert.deepEqual([waiting.hidden, aloud.hidden], [true, false]);
});

test("a lamp has a patience of its own, and turns nothing while the hub is not heard", () => {
  const shown = { dataset: { until: "1000", patience: "30000" }, hidden: false };
  const unheard = { dataset: { from: "1000", patience: "30000" }, hidden: true };
  Timers.show(page([shown, unheard]), 30999);
  assert.deepEqual([shown.hidden, unheard.hidden], [false, true]);
  Timers.show(page([shown, unheard]), 31000, true);
  assert.deepEqual([shown.hidden, unheard.hidden], [false, true]);
  Timers.show(page([shown, unheard]), 31000);
  assert.deepEqual([shown.hidden, unheard.hidden], [true, false]);
});

test("without the hub's clock nothing is written", () => {
  const place = { dataset: { since: "0" }, textContent: "–:––" };
  Timers.show(page([place]), null);
  assert.equal(place.textContent, "–:––");
  Timers.show(page([place]), 61000);
  assert.equal(place.textContent, "1:01");
});
