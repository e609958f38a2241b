// Runs the generator of the docs on the sources.
import { spawnSync } from "node:child_process";

const args = [
  "--conditions=@ollama-bridge/source",
  "--disable-warning=ExperimentalWarning",
  "scripts/generate-docs.ts",
];
const { status } = spawnSync(process.execPath, [...args, ...process.argv.slice(2)], { stdio: "inherit" });
process.exitCode = status ?? 1;
