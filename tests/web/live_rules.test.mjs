// When what a screen shows is current, old, or in need of another look.
import assert from "node:assert/strict";
import { test } from "node:test";

import * as LiveRules from "../../antrean/web/static/live_rules.js";
const HUB = 1795483600000;

function connected() {
  const rules = LiveRules.create(10, HUB, 0);
  rules.socketUp(0);
  return rules;
}

test("a newer view is news, an older one is not", () => {
  const rules = connected();
  assert.equal(rules.accept({ seq: 12, at: HUB + 100 }, 100), true);
  assert.equal(rules.accept({ seq: 11, at: HUB + 90 }, 110), false);
  assert.equal(rules.accept({ seq: 12, at: HUB + 100 }, 120), true);
  assert.equal(rules.seq(), 12);
});

test("of two views with one seq the one drawn later stays", () => {
  const rules = connected();
  rules.accept({ seq: 12, at: HUB + 200 }, 200);
  assert.equal(rules.accept({ seq: 12, at: HUB + 100 }, 210), false);
});

test("a hub set back to a backup is believed once its own clock has clearly gone on", () => {
  const rules = connected();
  assert.equal(rules.accept({ seq: 4, at: HUB + 1000 }, 1000), false);
  assert.equal(rules.accept({ seq: 4, at: HUB + LiveRules.WATCHDOG + 1 }, 36001), true);
  assert.equal(rules.seq(), 4);
});

test("a tick that knows more than the screen tells of a lost view", () => {
  const rules = connected();
  assert.equal(rules.missed({ seq: 10, at: HUB + 10000 }, 10000), false);
  assert.equal(rules.missed({ seq: 11, at: HUB + 20000 }, 20000), true);
});

test("twenty seconds without a word make the screen stale, whatever the socket says", () => {
  const rules = connected();
  assert.equal(rules.state(LiveRules.STALE_AFTER), "live");
  assert.equal(rules.state(LiveRules.STALE_AFTER + 1), "stale");
  rules.missed({ seq: 10, at: HUB + 25000 }, 25000);
  assert.equal(rules.state(25000), "live");
});

test("a short cut is not announced, a longer one is, and one bridged over HTTP is none", () => {
  const rules = connected();
  rules.socketDown(5000);
  rules.fetchFailed();
  assert.equal(rules.state(5000 + LiveRules.OFFLINE_AFTER), "live");
  assert.equal(rules.state(5001 + LiveRules.OFFLINE_AFTER), "offline");
  rules.accept({ seq: 10, at: HUB + 9000 }, 9000);
  assert.equal(rules.state(9000), "live");
});

test("repeated failures to connect do not start the cut anew", () => {
  const rules = connected();
  rules.socketDown(1000);
  rules.fetchFailed();
  rules.socketDown(3500);
  assert.equal(rules.state(4500), "offline");
});

test("a page that never reached the hub connects first and then owns up", () => {
  const rules = LiveRules.create(0, 0, 0);
  assert.equal(rules.state(1000), "connecting");
  assert.equal(rules.hubNow(1000), null);
  assert.equal(rules.state(LiveRules.STALE_AFTER + 1), "connecting");
});

test("a silent socket is dead after thirty-five seconds, HTTP answers or not", () => {
  const rules = connected();
  rules.hear(HUB + 34000, 34000);
  assert.equal(rules.socketIsDead(LiveRules.WATCHDOG), false);
  assert.equal(rules.socketIsDead(LiveRules.WATCHDOG + 1), true);
  assert.equal(rules.wantsFetch(LiveRules.WATCHDOG + 1), true);
  rules.socketSpoke(35500);
  assert.equal(rules.socketIsDead(36000), false);
});

test("ticks alone keep a socket alive", () => {
  const rules = connected();
  for (let now = 10000; now <= 90000; now += 10000) rules.missed({ seq: 10, at: HUB + now }, now);
  assert.equal(rules.socketIsDead(91000), false);
});

test("without a socket the view is asked for over HTTP", () => {
  const rules = connected();
  assert.equal(rules.wantsFetch(1000), false);
  rules.socketDown(1000);
  assert.equal(rules.wantsFetch(1001), true);
});

test("the hub's time is told from the hub, not from the device", () => {
  const rules = connected();
  rules.missed({ seq: 10, at: HUB + 86400000 }, 10000);
  assert.equal(rules.hubNow(11000), HUB + 86401000);
  assert.equal(rules.lastHeard(), HUB + 86400000);
});

test("times are written in the office's zone with the language's separator", () => {
  const midnight = Date.UTC(2026, 10, 24, 17, 0, 5);
  assert.equal(LiveRules.clockText(midnight, 420, ".", true), "00.00.05");
  assert.equal(LiveRules.clockText(midnight, 540, ":", false), "02:00");
  assert.equal(LiveRules.clockText(midnight, -210, ":", false), "13:30");
});
