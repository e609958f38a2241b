// Runs a script of the project on its TypeScript sources: `node scripts/on-sources.mjs scripts/tokens.ts`.
import { spawnSync } from "node:child_process";

const flags = ["--conditions=@ollama-bridge/source", "--disable-warning=ExperimentalWarning"];
const { status } = spawnSync(process.execPath, [...flags, ...process.argv.slice(2)], { stdio: "inherit" });
process.exitCode = status ?? 1;
