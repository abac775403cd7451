// A call is told as shown when it can be read, once, and not before.
import assert from "node:assert/strict";
import { test } from "node:test";

import * as Drawn from "../../display/static/drawn.js";

function display() {
  const d = { read: new Set(), told: [] };
  d.page = Drawn.create({ stands: (call) => d.read.has(call.seq), tell: (seq) => d.told.push(seq) });
  d.view = (seq, ...calls) => d.page.take({ seq, calls: calls.map((one) => ({ seq: one })) });
  return d;
}

test("a call is told once it stands on the screen, and no second time", () => {
  const d = display();
  d.read.add(2);
  d.view(2, 2);
  assert.deepEqual(d.told, [2]);
  d.view(3, 2);
  d.page.look();
  assert.deepEqual(d.told, [2]);
});

test("a call that does not fit is told when its turn comes", () => {
  const d = display();
  d.read.add(3);
  d.view(3, 2, 3);
  assert.deepEqual(d.told, [3]);
  d.page.look();
  assert.deepEqual(d.told, [3]);
  d.read.add(2);
  d.page.look();
  assert.deepEqual(d.told, [3, 2]);
});

test("a call that the log forgot before it could be read is not waited for", () => {
  const d = display();
  d.view(3, 2, 3);
  d.view(9, 9);
  d.read.add(2);
  d.page.look();
  assert.deepEqual(d.told, []);
});

test("a page that begins tells of calls whose visitors are still expected, and later of every call", () => {
  const d = display();
  [2, 3, 4].forEach((seq) => d.read.add(seq));
  const [answered, standing] = [
    { seq: 2, standing: false },
    { seq: 3, standing: true },
  ];
  d.page.take({ seq: 3, calls: [answered, standing] });
  assert.deepEqual(d.told, [3]);
  d.page.take({ seq: 4, calls: [answered, standing, { seq: 4, standing: false }] });
  assert.deepEqual(d.told, [3, 4]);
});

test("a hub that was set back is followed from where it is now", () => {
  const d = display();
  [40, 41, 90].forEach((seq) => d.read.add(seq));
  d.view(90, 90);
  d.view(40, 40);
  d.view(41, 40, 41);
  assert.deepEqual(d.told, [90, 40, 41]);
});
