import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { askNvidiaSmi } from "./gpu.ts";

/** Puts a program of that name, and nothing else, on the path. */
function withNvidiaSmi(script: string | undefined): void {
  const folder = mkdtempSync(join(tmpdir(), "gpu-"));
  const file = join(folder, "nvidia-smi");
  if (script !== undefined) {
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  }
  vi.stubEnv("PATH", folder);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
}

it.skipIf(process.platform === "win32").each([
  ["counts GPUs and their memory", "echo 24576; echo 24576", { count: 2, vramGb: 51.5 }],
  ["knows nothing where there is no such program", undefined, undefined],
  ["knows nothing where it fails", "echo 24576; exit 9", undefined],
  ["knows nothing where it says something else", "echo No devices were found", undefined],
])("%s", async (_what, script, expected) => {
  withNvidiaSmi(script);
  expect(await askNvidiaSmi()).toEqual(expected);
});
