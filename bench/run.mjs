// `npm run bench -- NAME …` builds and runs these benchmarks one after the other; without a name all of them.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { tool } from "../scripts/programs.mjs";

const folder = dirname(fileURLToPath(import.meta.url));
const names = readdirSync(folder)
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.replace(/\.ts$/, ""));
const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.log(`Benchmarks: ${names.join(", ")}`);
  process.exit(chosen.includes("--help") ? 0 : 2);
}

const failedToRun = (args) => spawnSync(process.execPath, args, { stdio: "inherit" }).status !== 0;

const [node, ...turbo] = tool("turbo");
if (
  spawnSync(node, [...turbo, "run", "build", "--output-logs=errors-only"], { stdio: "inherit" }).status !== 0
)
  process.exit(1);
let failed = 0;
for (const name of chosen.length > 0 ? chosen : names) {
  console.log(`\n— ${name}`);
  const flags = ["--conditions=@ollama-bridge/source", "--disable-warning=ExperimentalWarning"];
  if (failedToRun([...flags, join(folder, `${name}.ts`)])) failed++;
}
process.exitCode = failed > 0 ? 1 : 0;
