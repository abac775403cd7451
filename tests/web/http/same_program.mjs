// Reads [[name, script, script], …] as JSON and writes the names of those whose two scripts are not the same program.
import { readFileSync } from "node:fs";
import { parse } from "acorn";

const tree = (script) =>
  JSON.stringify(parse(script, { ecmaVersion: 2020, sourceType: "module" }), (key, value) =>
    key === "start" || key === "end" ? undefined : value,
  );
const pairs = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(pairs.filter(([, one, other]) => tree(one) !== tree(other)).map(([name]) => name)));
