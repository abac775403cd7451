// A screen's own name goes once somebody touches it, once its time is over, and at once when the screen is needed.
import assert from "node:assert/strict";
import test from "node:test";

import * as OwnName from "../../antrean/web/static/own_name.js";

function screen(t) {
  const found = { shown: false, free: true };
  t.mock.timers.enable({ apis: ["setTimeout"] });
  globalThis.document = {
    createElement: () => ({
      setAttribute() {},
      addEventListener(_event, act) {
        found.touch = act;
      },
      remove() {
        found.shown = false;
      },
    }),
    documentElement: {
      append() {
        found.shown = true;
      },
    },
  };
  const connection = {
    hear(_event, what) {
      found.ask = () => what({ name: "Layar 1", seconds: 10 });
    },
  };
  found.look = OwnName.follow(connection, () => found.free);
  return found;
}

test("whoever touches the name has the screen back", (t) => {
  const kiosk = screen(t);
  kiosk.ask();
  assert.equal(kiosk.shown, true);
  kiosk.touch();
  assert.equal(kiosk.shown, false);
  t.mock.timers.tick(1000);
  kiosk.ask();
  assert.equal(kiosk.shown, true);
});

test("it waits until nobody needs the screen, and gives way at once", (t) => {
  const display = screen(t);
  display.free = false;
  display.ask();
  assert.equal(display.shown, false);
  display.free = true;
  t.mock.timers.tick(300);
  assert.equal(display.shown, true);
  display.free = false;
  display.look();
  assert.equal(display.shown, false);
});
