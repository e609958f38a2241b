// Every check of the project, one after the other; `npm test -- NAME …` runs only those. The last line counts.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tool } from "./programs.mjs";
import { SKIPPED } from "./skip.mjs";

const results = mkdtempSync(join(tmpdir(), "ollama-bridge-check-"));
const vitestReport = join(results, "vitest.json");

const script = (name) => [process.execPath, join("scripts", "checks", `${name}.mjs`)];

const checks = {
  format: [...tool("biome", "@biomejs/biome"), "check", "--error-on-warnings", "."],
  types: [...tool("tsc", "typescript"), "-p", "tsconfig.json", "--noEmit"],
  layers: script("layers"),
  "file-sizes": script("file-sizes"),
  changesets: script("changesets"),
  workflows: script("workflows"),
  toolchain: script("toolchain"),
  unused: [...tool("knip"), "--no-progress"],
  packages: script("packages"),
  tokens: [process.execPath, "scripts/on-sources.mjs", "scripts/tokens.ts"],
  docs: [process.execPath, "scripts/on-sources.mjs", "scripts/generate-docs.ts", "--check"],
  tests: [
    ...tool("vitest"),
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${vitestReport}`,
  ],
  "packed-consumer": script("packed-consumer"),
  rehearsal: [process.execPath, join("scripts", "release-rehearsal.mjs")],
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in checks));
if (unknown.length > 0) {
  console.error(`Unknown check ${unknown.join(", ")}; there are: ${Object.keys(checks).join(", ")}.`);
  process.exit(2);
}

let passed = 0;
let failed = 0;
let skipped = 0;
for (const [name, [program, ...args]] of Object.entries(checks)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  const startedAt = performance.now();
  const { status } = spawnSync(program, args, { stdio: ["ignore", "inherit", "inherit"], env: process.env });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const outcome = status === 0 ? "passed" : status === SKIPPED ? "SKIPPED" : "FAILED";
  console.log(`${outcome}  ${name}  (${seconds} s)\n`);
  if (name === "tests" && existsSync(vitestReport)) {
    const report = JSON.parse(readFileSync(vitestReport, "utf8"));
    passed += report.numPassedTests;
    skipped += report.numPendingTests + report.numTodoTests;
    // A file that fails to load has no failed test of its own.
    failed += status === 0 ? 0 : Math.max(1, report.numFailedTests);
  } else if (status === 0) passed++;
  else if (status === SKIPPED) skipped++;
  else failed++;
}
rmSync(results, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = failed > 0 ? 1 : 0;
