import assert from "node:assert/strict";
import test from "node:test";
import { packed } from "../../antrean/web/pack.mjs";
import { cannotRun, scripts, tooNew } from "./old_engines.mjs";

test("every script of the screens, vendored ones too, can be run by Chrome 68", () => {
  for (const name of ["antrean/web/static/vendor/socket.io.js", "display/static/display.js"])
    assert.ok(scripts.includes(name), name);
  assert.deepEqual(cannotRun(), {});
});

test("what is packed of them can be run by Chrome 68", async () => {
  const found = Object.entries(await packed()).filter(([name]) => name.endsWith(".js"));
  assert.ok(found.length > 5);
  for (const [name, script] of found) assert.deepEqual(tooNew(script, true), [], name);
});

test("the check itself sees what is too new", () => {
  for (const source of [
    "a?.b",
    "a ?? b",
    "try {} catch {}",
    "[1].flat()",
    "class A { #b = 1 }",
    "globalThis",
    "a ||= 1",
    "1_000",
    "x.replaceAll(1, 2)",
    "await a",
    "1n",
    'export * as a from "./b.js"',
  ]) {
    assert.notDeepEqual(tooNew(source), [], source);
  }
  assert.deepEqual(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a template inside the source to parse
    tooNew("async function a() { const { b, ...c } = {}; for await (const d of e) await f; return `${b}`; }"),
    [],
  );
  assert.deepEqual(tooNew('import { a } from "./a.js"; export const b = () => import("./c.js").then(a);'), []);
});
