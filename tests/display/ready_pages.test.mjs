/* How codes that are ready are laid out on pages. */

import assert from "node:assert/strict";
import test from "node:test";
import * as ReadyPages from "../../display/static/ready_pages.js";

const ROOM = { width: 1700, height: 560 };
const tile = (size) => ({ width: size * 6.4, height: size * 1.2 });

function laid(counts, more = {}) {
  return ReadyPages.layout({ counts, room: ROOM, head: 50, tile, least: 88, most: 142, ...more });
}

/* How often each code of each group is shown in all pages together. */
function shown({ pages }, counts) {
  return counts.map((count, group) => {
    const times = new Array(count).fill(0);
    for (const part of pages.flat().filter((one) => one.group === group))
      for (let at = part.from; at < part.until; at++) times[at] += 1;
    return times;
  });
}

test("few codes stand on one page in the largest letters, many in the smallest that can be read", () => {
  assert.equal(laid([0, 2]).size, 142);
  assert.equal(laid([0, 2]).pages.length, 1);
  assert.ok(laid([0, 10]).size < 142);
  assert.equal(laid([0, 10]).pages.length, 1);
  assert.equal(laid([9, 300]).size, 88);
});

test("every code has its place on just one page, however many there are", () => {
  for (const counts of [[1], [3, 0], [0, 1], [1, 1], [7, 13], [40, 1], [9, 391], [400, 0]])
    assert.deepEqual(
      shown(laid(counts), counts),
      counts.map((count) => new Array(count).fill(1)),
      String(counts),
    );
});

test("no page holds more than it has room for, and none is left with one code", () => {
  const { pages, size, columns } = laid([11, 40]);
  const used = pages.map((page) =>
    page.reduce((sum, { from, until }) => sum + 50 + Math.ceil((until - from) / columns) * tile(size).height, 0),
  );
  assert.ok(Math.max(...used) <= ROOM.height, String(used));
  const sizes = laid([0, 16]).pages.map((page) => page[0].until - page[0].from);
  assert.deepEqual(sizes, [8, 8]);
});

test("a screen too small for a single code shows one a page", () => {
  assert.equal(laid([0, 3], { room: { width: 100, height: 60 } }).pages.length, 3);
});

test("a code that is wider than others makes their columns no wider than it needs when it is a quarter smaller", () => {
  assert.equal(ReadyPages.column([500, 520, 510]), 510);
  assert.equal(ReadyPages.column([500, 500, 500, 800]), 600);
});

test("a page stays long enough for each of its codes to be read", () => {
  assert.equal(ReadyPages.seconds([{ group: 0, from: 0, until: 2 }]), 8);
  assert.equal(ReadyPages.seconds([{ group: 1, from: 10, until: 30 }]), 16);
});

test("where there are many pages the newest codes come again after five pages of older ones", () => {
  const { pages } = laid([6, 150]);
  const round = ReadyPages.round(pages);
  assert.ok(pages.length > 8);
  assert.deepEqual(round.slice(0, 7), [0, 1, 2, 3, 4, 5, 0]);
  assert.deepEqual(
    [...new Set(round)].sort((a, b) => a - b),
    pages.map((_page, index) => index),
  );
  const few = laid([6, 30]).pages;
  assert.deepEqual(
    ReadyPages.round(few),
    few.map((_page, index) => index),
  );
  const old = laid([0, 300]).pages;
  assert.deepEqual(
    ReadyPages.round(old),
    old.map((_page, index) => index),
  );
});
