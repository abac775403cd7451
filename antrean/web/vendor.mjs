// Makes antrean/web/static/vendor/ of what npm delivered: fonts as they are, scripts as modules of ES2018, which Chrome 68 can run.
// Run `npm ci` first.

import { copyFileSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "..", "..", "node_modules");
const vendor = join(here, "static", "vendor");

const weights = [400, 700];
const latin = "atkinson-hyperlegible-next";
// What names are written in beside Latin letters: for each script a font of its letters alone, loaded where there are some.
const others = ["arabic", "balinese", "javanese", "sundanese", "thai"];
const fonts = [[latin, "latin"], [latin, "latin-ext"], ...others.map((script) => [`noto-sans-${script}`, script])];

const copies = [
  ["socket.io-client/LICENSE", "socket.io.LICENSE.txt"],
  ["idiomorph/LICENSE", "idiomorph.LICENSE.txt"],
];
const files = ([font, script]) => weights.map((weight) => `${font}-${script}-${weight}-normal.woff2`);
const of = (font, file) => `@fontsource/${font}/${file}`;
const licences = (list) =>
  [...new Set(list.map(([font]) => font))].map((font) => [of(font, "LICENSE"), `${font}.LICENSE.txt`]);
const copiesOf = (list) => [
  ...list.flatMap((one) => files(one).map((name) => [of(one[0], `files/${name}`), name])),
  ...licences(list),
];
copies.push(...copiesOf(fonts));
// [package, what screens use of it, file]
const modules = [
  ["socket.io-client", "io", "socket.io.js"],
  ["idiomorph", "Idiomorph", "idiomorph.js"],
];
// The hub speaks no WebTransport, so the client's part for it is left out.
const withoutWebTransport = {
  name: "without WebTransport",
  setup: (building) => building.onLoad({ filter: /webtransport\.js$/ }, () => ({ contents: "export class WT {}" })),
};
const missing = [...copies, ...modules].map(([from]) => join(packages, from)).filter((path) => !existsSync(path));
if (missing.length > 0) {
  console.error(`Not found, run \`npm ci\` first:\n${missing.join("\n")}`);
  process.exit(1);
}
rmSync(vendor, { recursive: true, force: true });
mkdirSync(vendor, { recursive: true });
for (const [from, to] of copies) copyFileSync(join(packages, from), join(vendor, to));
// Slips are drawn with the same letters; the print agent takes nothing from the screens.
const ofSlips = join(here, "..", "printing", "slip", "vendor");
rmSync(ofSlips, { recursive: true, force: true });
mkdirSync(ofSlips, { recursive: true });
for (const [from, to] of copiesOf(fonts.filter(([, script]) => script !== "latin-ext"))) {
  const used = to.startsWith(latin) || !to.includes("-400-"); // other scripts are printed in bold letters alone
  if (used) copyFileSync(join(packages, from), join(ofSlips, to));
}
for (const [from, name, to] of modules) {
  await build({
    stdin: { contents: `export { ${name} } from "${from}";`, resolveDir: packages },
    outfile: join(vendor, to),
    bundle: true,
    format: "esm",
    platform: "browser",
    minify: true,
    target: "es2018",
    legalComments: "none",
    logLevel: "warning",
    plugins: [withoutWebTransport],
  });
}
console.log(`${copies.length + modules.length} browser files put into antrean/web/static/vendor/`);
