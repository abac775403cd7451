import assert from "node:assert/strict";
import test from "node:test";

import { keyOf } from "../../counter_panel/static/keys.js";

test("a number pad means the verbs by where its keys stand, with NumLock and without", () => {
  for (const [code, key] of [
    ["NumpadEnter", "n"],
    ["Numpad1", "1"],
    ["Numpad4", "4"],
    ["Numpad0", "z"],
    ["Numpad9", "p"],
  ]) {
    assert.equal(keyOf({ code, key: "End" }), key);
    assert.equal(keyOf({ code, key: "7" }), key);
  }
});

test("letters mean themselves, and the numbers above them nothing", () => {
  assert.equal(keyOf({ code: "KeyH", key: "H" }), "h");
  assert.equal(keyOf({ code: "Slash", key: "/" }), "f");
  assert.equal(keyOf({ code: "Space", key: " " }), "n");
  assert.equal(keyOf({ code: "Digit3", key: "3" }), "");
});
