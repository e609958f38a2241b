// `pnpm bench [NAME …]` runs the benchmarks one after the other, on the sources' build.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = dirname(fileURLToPath(import.meta.url));
const all = readdirSync(folder)
  .filter((name) => name.endsWith(".ts"))
  .map((name) => name.replace(/\.ts$/, ""));
const chosen = process.argv.slice(2);
let failed = 0;
for (const name of chosen.length > 0 ? chosen : all) {
  const args = [
    "--conditions=@ollama-bridge/source",
    "--disable-warning=ExperimentalWarning",
    join(folder, `${name}.ts`),
  ];
  console.log(`\n— ${name}`);
  if (spawnSync(process.execPath, args, { stdio: "inherit" }).status !== 0) failed++;
}
process.exitCode = failed > 0 ? 1 : 0;
