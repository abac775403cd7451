// Texts are read one after the other, also where one of them can't be: what comes after it is still heard. What has to be heard
// while the hub is away is fetched one by one, and again where it was refused.
import assert from "node:assert/strict";
import test from "node:test";

const begun = [];
let mute = [];

globalThis.Audio = class {
  paused = true;
  ended = false;
  onended = null;

  play() {
    begun.push(this.src);
    return mute.some((words) => this.src.includes(words)) ? Promise.reject(new Error("no sound")) : Promise.resolve();
  }

  pause() {}
};
globalThis.document = { body: { dataset: {} }, querySelector: () => ({ dataset: { speech: "/kiosk/speech" } }) };

const voice = await import("../../kiosk/static/voice.js");
const said = () => begun.splice(0).map((src) => /first|second|third/.exec(decodeURIComponent(src))[0]);
const RUNS = ["first", "second", "third"].map((text) => [text, "id"]);
const settled = () => new Promise((done) => setImmediate(done));

test("a text that can't be read keeps none back that comes after it", async () => {
  mute = ["first", "second"];
  voice.play(RUNS, true);
  await settled();
  assert.deepEqual(said(), ["first", "second", "third"]);
});

test("where no text can be read, no time is waited for one", async () => {
  mute = ["first", "second", "third"];
  voice.play(RUNS, true);
  await settled();
  assert.deepEqual(said(), ["first", "second", "third"]);
  assert.equal(voice.reads(), false);
});

test("what was stopped goes on with nothing", async () => {
  mute = ["first"];
  voice.play(RUNS, true);
  voice.stop();
  await settled();
  assert.deepEqual(said(), ["first"]);
});

test("what has to be heard without the hub is asked for one by one, and again where it was refused", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const asked = [];
  let open = 0;
  let most = 0;
  const busy = new Set(["second"]);
  globalThis.fetch = async (url) => {
    const words = /first|second|third/.exec(decodeURIComponent(url))[0];
    asked.push(words);
    open += 1;
    most = Math.max(most, open);
    await settled();
    open -= 1;
    return busy.delete(words) ? { ok: false, status: 503 } : { ok: true, blob: async () => words };
  };
  const here = [];
  URL.createObjectURL = (sound) => {
    here.push(sound);
    return `blob:${sound}`;
  };
  const rested = async () => {
    for (let turn = 0; turn < 20; turn += 1) await settled();
  };
  voice.keep(["first", "second", "third"], "id");
  await rested();
  assert.deepEqual([asked.splice(0), here], [["first", "second"], ["first"]]);
  context.mock.timers.tick(2000);
  await rested();
  assert.deepEqual([asked, here.sort(), most], [["third", "second"], ["first", "second", "third"], 1]);
});

test("a hub that gives no sound is not asked for ever", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let asked = 0;
  globalThis.fetch = async () => {
    asked += 1;
    throw new TypeError("away");
  };
  voice.keep(["again"], "id");
  for (let turn = 0; turn < 100; turn += 1) {
    await settled();
    context.mock.timers.tick(2000);
  }
  assert.equal(asked, 21);
});
