// What the screens load is ES2018 and asks for nothing that Chrome 68 lacks: a parser says so, not a glance.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { parse } from "acorn";

const ROOT = new URL("../..", import.meta.url).pathname;
const FOLDERS = [
  "display/static",
  "kiosk/static",
  "antrean/web/static",
  "counter_panel/static",
  "mobile_ticket/static",
  "admin/static",
  ...readdirSync(join(ROOT, "admin"))
    .map((section) => `admin/${section}/static`)
    .filter((folder) => existsSync(join(ROOT, folder))),
];
// Chrome 69 and later.
const NEW_METHODS = new Set([
  "flat",
  "flatMap",
  "fromEntries",
  "matchAll",
  "replaceAll",
  "at",
  "allSettled",
  "any",
  "hasOwn",
  "findLast",
  "findLastIndex",
  "toSorted",
  "toReversed",
  "toSpliced",
  "with",
  "toggleAttribute",
  "replaceChildren",
  "randomUUID",
  "groupBy",
  "structuredClone",
  "checkVisibility",
  "showPopover",
]);
const NEW_GLOBALS = new Set([
  "globalThis",
  "queueMicrotask",
  "structuredClone",
  "WeakRef",
  "FinalizationRegistry",
  "BigInt64Array",
  "AggregateError",
  "CompressionStream",
  "reportError",
]);

function* nodes(node) {
  if (!node || typeof node.type !== "string") return;
  yield node;
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value])
      if (child && typeof child === "object") yield* nodes(child);
  }
}

/* What in this source an engine of 2018 would stumble over. */
function tooNew(source) {
  let tree;
  try {
    tree = parse(source, { ecmaVersion: 2018, sourceType: /^(import|export) /m.test(source) ? "module" : "script" });
  } catch (error) {
    return [`syntax: ${error.message}`];
  }
  const found = [];
  for (const node of nodes(tree)) {
    const called = node.type === "CallExpression" ? node.callee : null;
    if (called && called.type === "MemberExpression" && !called.computed && NEW_METHODS.has(called.property.name))
      found.push(`.${called.property.name}`);
    if (node.type === "Identifier" && NEW_GLOBALS.has(node.name)) found.push(node.name);
    if (node.type === "Literal" && node.regex && /[dv]/.test(node.regex.flags)) found.push("regex flags");
  }
  return found;
}

const scripts = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(".js"))
    .map((name) => join(folder, name)),
);

test("every script of the screens and the shell can be run by Chrome 68", () => {
  assert.ok(scripts.length >= 12, String(scripts));
  const found = Object.fromEntries(
    scripts.map((name) => [name, tooNew(readFileSync(join(ROOT, name), "utf8"))]).filter(([, what]) => what.length),
  );
  assert.deepEqual(found, {});
});

test("the vendored socket client can be run by Chrome 68 as well", () => {
  const source = readFileSync(join(ROOT, "node_modules/socket.io-client/dist/socket.io.min.js"), "utf8");
  parse(source, { ecmaVersion: 2018, sourceType: "script" });
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
  ]) {
    assert.notDeepEqual(tooNew(source), [], source);
  }
  assert.deepEqual(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a template inside the source to parse
    tooNew("async function a() { const { b, ...c } = {}; for await (const d of e) await f; return `${b}`; }"),
    [],
  );
});
