import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { loadSettings } from "@ollama-bridge/server-kit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createToolsets } from "../../src/toolsets.ts";
import { type JudgedBridge, startJudgedBridge } from "./judged-bridge.ts";
import { createJudgeHome, type JudgeHome, TEST_WITHIN_MS } from "./run-judge.ts";

const require = createRequire(import.meta.url);
const conformance = join(
  dirname(require.resolve("@modelcontextprotocol/conformance/package.json")),
  "dist/index.js",
);
/** Checks that no server without any prompt can pass. */
const promptChecks = ["prompts-list:prompts-list", "caching:sep-2549-prompts-list-caching-hints"];

let bridge: JudgedBridge;
let home: JudgeHome;
beforeAll(async () => {
  [bridge, home] = await Promise.all([startJudgedBridge(), createJudgeHome()]);
});
afterAll(async () => {
  await Promise.all([bridge?.close(), home?.remove()]);
});

test.each(["2025-11-25", "2026-07-28"])(
  "the bridge conforms to revision %s",
  { timeout: TEST_WITHIN_MS },
  async (revision) => {
    const baseline = join(home.path, `conformance-${revision}.yaml`);
    const known = await readFile(new URL(`conformance-${revision}.yaml`, import.meta.url), "utf8");
    const withoutPrompts = (await bridgeHasPrompts()) ? [] : promptChecks;
    await writeFile(baseline, known + withoutPrompts.map((check) => `  - ${check}\n`).join(""));

    const { exitCode, stdout } = await home.run(process.execPath, [
      conformance,
      "server",
      "--url",
      bridge.url,
      "--requirements",
      revision,
      "--expected-failures",
      baseline,
    ]);
    expect(exitCode, stdout.slice(stdout.indexOf("=== SUMMARY ==="))).toBe(0);
    expect(stdout).toMatch(/✓ tools-list: [3-9] passed, 0 failed/);
  },
);

async function bridgeHasPrompts(): Promise<boolean> {
  const toolsets = createToolsets(await loadSettings({ env: bridge.env }));
  await Promise.all(toolsets.map((toolset) => toolset.close()));
  return toolsets.some(({ prompts = [] }) => prompts.length > 0);
}
