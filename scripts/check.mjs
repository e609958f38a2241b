// Every check of the project, one after the other, and the last line counts. `npm test -- NAME …` runs only the checks of
// these names, `npm test -- FILE …` only the test files with these in their paths. Options, and what follows them, go to
// vitest.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { checks, checksOfBuild } from "./check-list.mjs";
import { SKIPPED } from "./skip.mjs";
import { packagesToBuild, testFilesWith } from "./test-files.mjs";

const watch = process.argv[2] === "--watch";
const args = process.argv.slice(watch ? 3 : 2);
const firstOption = args.findIndex((arg) => arg.startsWith("-"));
const named = firstOption === -1 ? args : args.slice(0, firstOption);
const vitestOptions = firstOption === -1 ? [] : args.slice(firstOption);

const results = mkdtempSync(join(tmpdir(), "ollama-bridge-check-"));
const vitestReport = join(results, "vitest.json");
const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${vitestReport}`];

checks.tests.push(...(watch ? [] : ["run", ...reporters]), ...vitestOptions);

const chosen = new Set(named.filter((name) => Object.hasOwn(checks, name)));
const files = named.filter((name) => !chosen.has(name)).flatMap(filesOf);
if (chosen.size === 0 && files.length === 0)
  for (const name of watch || vitestOptions.length > 0 ? ["tests"] : Object.keys(checks)) chosen.add(name);
if (checksOfBuild.some((name) => chosen.has(name))) chosen.add("build");
if (files.length > 0) {
  const folders = packagesToBuild(files);
  if (folders.length > 0 && !chosen.has("build")) {
    chosen.add("build");
    checks.build.push(...folders.map((folder) => `--filter=./${folder}`));
  }
  chosen.add("tests");
  checks.tests.push(...files);
}

function filesOf(pattern) {
  const found = testFilesWith(pattern);
  if (found.length > 0) return found;
  const names = Object.keys(checks).join(", ");
  console.error(`No path of a test file contains ${pattern}, and it is none of the checks: ${names}.`);
  process.exit(2);
}

function skippedIn({ name: file, assertionResults }) {
  const names = assertionResults.filter(({ status }) => status === "skipped").map(({ fullName }) => fullName);
  return names.map((name) => `${relative("", file)}: ${name}`);
}

let passed = 0;
let failed = 0;
let skipped = 0;
const skippedTests = [];
for (const [name, [program, ...rest]] of Object.entries(checks)) {
  if (!chosen.has(name)) continue;
  const startedAt = performance.now();
  const stdin = watch ? "inherit" : "ignore";
  const { status } = spawnSync(program, rest, { stdio: [stdin, "inherit", "inherit"], env: process.env });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const outcome = status === 0 ? "passed" : status === SKIPPED ? "SKIPPED" : "FAILED";
  console.log(`${outcome}  ${name}  (${seconds} s)\n`);
  if (name === "tests" && existsSync(vitestReport)) {
    const report = JSON.parse(readFileSync(vitestReport, "utf8"));
    skippedTests.push(...report.testResults.flatMap(skippedIn));
    passed += report.numPassedTests;
    skipped += report.numPendingTests + report.numTodoTests;
    // A file that fails to load has no failed test of its own.
    failed += status === 0 ? 0 : Math.max(1, report.numFailedTests);
  } else if (status === 0) passed++;
  else if (status === SKIPPED) skipped++;
  else failed++;
}
rmSync(results, { recursive: true, force: true });
// With options, most of what is skipped was not asked for.
if (vitestOptions.length === 0) for (const name of skippedTests) console.log(`SKIPPED  ${name}`);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = failed > 0 ? 1 : 0;
