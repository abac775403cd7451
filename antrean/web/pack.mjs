// Packs what pages load, for Chrome 68 and as small as it gets: for each module that a template names one script with all
// that it imports, and each sheet with all that it imports. `node antrean/web/pack.mjs` writes antrean/web/packed.json.
//
// `made_of` has the hash of every script, sheet and template, so that the hub knows whether what is packed is what is written.

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..");
const packages = readdirSync(root).filter((name) => existsSync(join(root, name, "__init__.py")));
const folders = ["antrean/web", ...packages.filter((name) => name !== "antrean")];
// Packed with all that it needs: what it shares with the other pages of its folder would become more files for those.
const ALONE = ["display/static/ready.js"];
const LOAD_AGAIN = "antrean/web/static/load_again.js"; // the one script that is no module
const MODULES = /\bmodules\(([^)]*)\)/g;
const common = {
  absWorkingDir: root,
  allowOverwrite: true, // of names: nothing is written
  bundle: true,
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  minify: true,
  outbase: ".",
  outdir: ".",
  target: ["es2018", "chrome68"],
  write: false,
};

/* Scripts, sheets and templates by their path in the project, in all packages with pages. */
export function sources() {
  return folders
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, name)))
    .filter((path) => /\/templates\/.*\.html$|\/static\/.*\.(js|css)$/.test(path))
    .sort();
}

/* What is packed, by the path that it takes the place of. */
export async function packed() {
  const all = sources();
  const sheets = all.filter((path) => path.endsWith(".css"));
  const built = await Promise.all([...screens(all).map(modules), ...sheets.map(sheet), loadAgain()]);
  const files = built.flatMap((one) => one.outputFiles.map((file) => [relative(root, file.path), file.text]));
  return Object.fromEntries(files.sort());
}

/* For each package the modules that its templates name. What several of them need runs once, so they are built together, but
   for those of a page that loads no other. */
function screens(all) {
  const named = new Set();
  for (const path of all.filter((one) => one.endsWith(".html"))) {
    for (const [, list] of read(path).matchAll(MODULES))
      for (const [, file] of list.matchAll(/"([^"]+)"/g)) named.add(file);
  }
  const first = (path) => path.split("/")[0];
  const together = [...named].filter((path) => !ALONE.includes(path));
  const ofScreens = [...new Set(together.map(first))];
  return [
    ...ofScreens.map((name) => together.filter((path) => first(path) === name).sort()),
    ...ALONE.map((path) => [path]),
  ];
}

function modules(entryPoints) {
  const [screen] = entryPoints[0].split("/");
  return build({
    ...common,
    entryPoints,
    format: "esm",
    splitting: true,
    chunkNames: `${screen}/static/shared-[hash]`,
  });
}

function sheet(path) {
  const fonts = {
    name: "fonts stay files of their own",
    setup: (building) =>
      building.onResolve({ filter: /\.woff2$/ }, (font) => ({
        path: relative(dirname(join(root, path)), join(font.resolveDir, font.path)),
        external: true,
      })),
  };
  return build({ ...common, entryPoints: [path], plugins: [fonts] });
}

function loadAgain() {
  return build({ ...common, entryPoints: [LOAD_AGAIN], format: "iife" });
}

function read(path) {
  return readFileSync(join(root, path), "utf8");
}

function hashes(paths) {
  const hash = (path) =>
    createHash("sha256")
      .update(readFileSync(join(root, path)))
      .digest("hex");
  return Object.fromEntries(paths.map((path) => [path, hash(path)]));
}

/* Whether this file was packed of these sources, by this script and these packages. */
function isPacked(file, made) {
  const before = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  return JSON.stringify([before.made_of, before.made_by]) === JSON.stringify([made.made_of, made.made_by]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = process.argv[2] || join(root, "antrean", "web", "packed.json");
  const made = { made_of: hashes(sources()), made_by: hashes(["antrean/web/pack.mjs", "package-lock.json"]) };
  if (!isPacked(file, made)) {
    writeFileSync(`${file}.new`, JSON.stringify({ ...made, files: await packed() }));
    renameSync(`${file}.new`, file);
  }
}
