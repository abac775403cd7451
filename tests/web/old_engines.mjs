// What the screens load is ES2018 and asks for nothing that Chrome 68 lacks: a parser says so, not a glance.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "acorn";
import { sources } from "../../antrean/web/pack.mjs";

const ROOT = new URL("../..", import.meta.url).pathname;
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

/* Syntax after ES2018, but for import(), which Chrome has since 63 and the standard since 2020. */
function tooNewSyntax(node) {
  if (node.type === "ChainExpression") return "?.";
  if (node.type === "LogicalExpression" && node.operator === "??") return "??";
  if (node.type === "CatchClause" && !node.param) return "catch without a name";
  if (node.type === "ExportAllDeclaration" && node.exported) return "export * as";
  if (node.type === "Literal" && node.bigint) return "BigInt";
  if (node.type === "Literal" && node.regex && /[dv]/.test(node.regex.flags)) return "regex flags";
  return null;
}

function parsed(source) {
  const module = /(^|[;}\s])(import\b[^(]*["'{*]|export\b)/.test(source);
  return parse(source, { ecmaVersion: 2020, sourceType: module ? "module" : "script" });
}

/* What in this source an engine of 2018 would stumble over: its syntax, and unless `syntaxOnly` what it asks for. */
export function tooNew(source, syntaxOnly = false) {
  let tree;
  try {
    tree = parsed(source);
  } catch (error) {
    return [`syntax: ${error.message}`];
  }
  const found = [];
  for (const node of nodes(tree)) {
    const syntax = tooNewSyntax(node);
    if (syntax) found.push(syntax);
    if (syntaxOnly) continue;
    const called = node.type === "CallExpression" ? node.callee : null;
    if (called && called.type === "MemberExpression" && !called.computed && NEW_METHODS.has(called.property.name))
      found.push(`.${called.property.name}`);
    if (node.type === "Identifier" && NEW_GLOBALS.has(node.name)) found.push(node.name);
  }
  return found;
}

/* The scripts that browsers load, by their path in the project; those of vendored packages too. */
export const scripts = sources().filter((path) => path.endsWith(".js"));

/* Each script that Chrome 68 can't run, with why. A vendored package asks whether there is what it would use. */
export function cannotRun() {
  const found = scripts.map((name) => [
    name,
    tooNew(readFileSync(join(ROOT, name), "utf8"), name.includes("/vendor/")),
  ]);
  return Object.fromEntries(found.filter(([, what]) => what.length > 0));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = cannotRun();
  for (const [name, what] of Object.entries(found)) console.error(`${name}: Chrome 68 has no ${what.join(", ")}`);
  process.exitCode = Object.keys(found).length > 0 ? 1 : 0;
}
