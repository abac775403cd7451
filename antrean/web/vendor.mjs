// Copies the few browser files that the screens need from node_modules to antrean/web/static/vendor/.
// Run `npm ci` first. Nothing is built or changed, so what is served is what npm delivered.

import { copyFileSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "..", "..", "node_modules");
const vendor = join(here, "static", "vendor");

const font = "@fontsource/atkinson-hyperlegible-next";
const weights = [400, 700];
const scripts = ["latin", "latin-ext"];

const copies = [
  ["socket.io-client/dist/socket.io.min.js", "socket.io.min.js"],
  ["socket.io-client/LICENSE", "socket.io.LICENSE.txt"],
  [`${font}/LICENSE`, "atkinson-hyperlegible-next.LICENSE.txt"],
];
for (const script of scripts) {
  for (const weight of weights) {
    const name = `atkinson-hyperlegible-next-${script}-${weight}-normal.woff2`;
    copies.push([`${font}/files/${name}`, name]);
  }
}

const missing = copies.map(([from]) => join(packages, from)).filter((path) => !existsSync(path));
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
for (const weight of weights) {
  const name = `atkinson-hyperlegible-next-latin-${weight}-normal.woff2`;
  copyFileSync(join(packages, font, "files", name), join(ofSlips, name));
}
copyFileSync(join(packages, font, "LICENSE"), join(ofSlips, "atkinson-hyperlegible-next.LICENSE.txt"));
console.log(`${copies.length} browser files copied to antrean/web/static/vendor/`);
