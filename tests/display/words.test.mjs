// What the hub is told of calls: one word at a time, in order, again until it is heard, also after a reload.
import assert from "node:assert/strict";
import { test } from "node:test";

import * as Words from "../../display/static/words.js";

function display(kept = null) {
  const d = { kept, told: [], hub: "up", open: 0, most: 0 };
  d.load = () => {
    d.words = Words.create({
      memory: {
        read: () => JSON.parse(d.kept),
        write: (value) => {
          d.kept = JSON.stringify(value);
        },
      },
      soon: (what) => setImmediate(what),
      send: (word) => {
        if (d.hub === "silent") return new Promise(() => {});
        if (d.hub === "down") return Promise.reject(new Error("no hub"));
        d.open += 1;
        d.most = Math.max(d.most, d.open);
        d.told.push([word.seq, word.shown || word.sound]);
        return new Promise((done) =>
          setImmediate(() => {
            d.open -= 1;
            done(d.hub === "up");
          }),
        );
      },
    });
  };
  d.settle = async (turns = 20) => {
    for (let turn = 0; turn < turns; turn++) await new Promise((done) => setImmediate(done));
  };
  d.load();
  return d;
}

test("each word is told once, in order, and one at a time", async () => {
  const d = display();
  d.words.say({ seq: 2, shown: true });
  d.words.say({ seq: 3, shown: true });
  await d.settle();
  d.words.say({ seq: 2, sound: "spoken" });
  for (let second = 0; second < 3; second++) d.words.tell();
  await d.settle();
  assert.deepEqual(d.told, [
    [2, true],
    [3, true],
    [2, "spoken"],
  ]);
  assert.equal(d.most, 1);
  assert.equal(d.kept, "[]");
});

test("what the hub could not take is told again, in order, and nothing is lost", async () => {
  const d = display();
  d.hub = "down";
  d.words.say({ seq: 2, shown: true });
  d.words.say({ seq: 1, sound: "spoken" });
  await d.settle();
  assert.deepEqual(d.told, []);
  d.hub = "faulty";
  d.words.tell();
  await d.settle();
  assert.deepEqual(d.told, [[2, true]]);
  d.hub = "up";
  d.words.tell();
  await d.settle();
  assert.deepEqual(d.told, [
    [2, true],
    [2, true],
    [1, "spoken"],
  ]);
});

test("where the sound is known at the same moment, one word says both", async () => {
  const d = display();
  d.words.say({ seq: 2, shown: true });
  d.words.say({ seq: 3, shown: true });
  d.words.say({ seq: 2, sound: "muted" });
  await d.settle();
  assert.deepEqual(d.told, [
    [3, true],
    [2, "muted"],
  ]);
  assert.equal(d.kept, "[]");
});

test("a word that is on its way is not taken back by the one that says more", async () => {
  const d = display();
  d.words.say({ seq: 2, shown: true });
  await new Promise((done) => setImmediate(done));
  assert.deepEqual(d.told, [[2, true]]);
  d.words.say({ seq: 2, sound: "spoken" });
  await d.settle();
  assert.deepEqual(d.told, [
    [2, true],
    [2, "spoken"],
  ]);
});

test("after an outage one word says of a call that it was drawn and heard", async () => {
  const d = display();
  d.hub = "down";
  d.words.say({ seq: 2, shown: true });
  await d.settle();
  d.words.say({ seq: 2, sound: "spoken" });
  d.load();
  d.hub = "up";
  d.words.tell();
  await d.settle();
  assert.deepEqual(d.told, [[2, "spoken"]]);
});

test("words that were on their way when the page was loaded again are told by the page that comes after", async () => {
  const d = display();
  d.hub = "silent";
  d.words.say({ seq: 2, shown: true });
  d.words.say({ seq: 3, shown: true });
  await d.settle();
  d.hub = "up";
  d.load();
  d.words.tell();
  await d.settle();
  assert.deepEqual(d.told, [
    [2, true],
    [3, true],
  ]);
  assert.equal(d.kept, "[]");
});

test("a hub that is away for long leaves no growing memory, and what was kept may be nonsense", async () => {
  const d = display();
  d.hub = "down";
  for (let seq = 0; seq < 1000; seq++) d.words.say({ seq, shown: true });
  await d.settle();
  assert.equal(JSON.parse(d.kept).length, Words.MOST);
  d.hub = "up";
  d.words.tell();
  await d.settle(4 * Words.MOST);
  assert.equal(d.told.at(-1)[0], 999);
  for (const nonsense of ["null", "{}", "7"]) {
    const other = display(nonsense);
    other.words.say({ seq: 1, shown: true });
    await other.settle();
    assert.deepEqual(other.told, [[1, true]], nonsense);
  }
});
