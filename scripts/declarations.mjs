// Writes the declarations of the package it is run in, those that its entries reach: nobody else could read the others.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { run } from "./programs.mjs";

const compiler = resolve("../../node_modules/typescript");
const { bin } = JSON.parse(readFileSync(join(compiler, "package.json"), "utf8"));
await run(process.execPath, [join(compiler, bin.tsc), "-p", "tsconfig.build.json"]);

const { exports } = JSON.parse(readFileSync("package.json", "utf8"));
const waiting = Object.values(exports).map(({ types }) => join(types));
const reached = new Set();
for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
  if (reached.has(file)) continue;
  reached.add(file);
  for (const [, specifier] of readFileSync(file, "utf8").matchAll(/(?:from|import\(|import)\s*"(\.[^"]+)"/g))
    waiting.push(join(dirname(file), specifier.replace(/(\.d)?\.(ts|js)$/, ".d.ts")));
}
for (const name of readdirSync("dist", { recursive: true })) {
  const file = join("dist", name);
  if (file.endsWith(".d.ts") && !reached.has(file)) rmSync(file);
}
