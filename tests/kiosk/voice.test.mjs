// Texts are read one after the other, also where one of them can't be: what comes after it is still heard.
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
