import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type JudgedBridge, startJudgedBridge } from "./judged-bridge.ts";
import { createJudgeHome, type JudgeHome } from "./run-judge.ts";

const require = createRequire(import.meta.url);
const conformance = join(
  dirname(require.resolve("@modelcontextprotocol/conformance/package.json")),
  "dist/index.js",
);

let bridge: JudgedBridge;
let home: JudgeHome;
beforeAll(async () => {
  [bridge, home] = await Promise.all([startJudgedBridge(), createJudgeHome()]);
});
afterAll(async () => {
  await Promise.all([bridge?.close(), home?.remove()]);
});

test.each(["2025-11-25", "2026-07-28"])("the bridge conforms to revision %s", async (revision) => {
  const { exitCode, stdout } = await home.run(process.execPath, [
    conformance,
    "server",
    "--url",
    bridge.url,
    "--requirements",
    revision,
    "--expected-failures",
    fileURLToPath(new URL(`conformance-${revision}.yaml`, import.meta.url)),
  ]);
  expect(exitCode, stdout.slice(stdout.indexOf("=== SUMMARY ==="))).toBe(0);
  expect(stdout).toMatch(/✓ tools-list: [3-9] passed, 0 failed/);
});
