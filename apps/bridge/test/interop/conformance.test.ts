import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BuiltBridge, startBuiltBridge } from "./built-bridge.ts";
import { findConformanceSuite } from "./outside-programs.ts";
import { createProgramHome, type ProgramHome } from "./program-home.ts";

const suite = findConformanceSuite();

let bridge: BuiltBridge;
let home: ProgramHome;
beforeAll(async () => {
  [bridge, home] = await Promise.all([startBuiltBridge(), createProgramHome()]);
});
afterAll(async () => {
  await Promise.all([bridge?.close(), home?.remove()]);
});

test.skipIf("missing" in suite).each(["2025-11-25", "2026-07-28"])(
  "the bridge conforms to revision %s",
  async (revision) => {
    const { exitCode, stdout } = await home.run(process.execPath, [
      "path" in suite ? suite.path : "",
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
  },
);
