import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runReadme } from "@ollama-bridge/test-kit/contract";
import { expect, onTestFinished, test } from "vitest";

async function runIn(folder: string) {
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "history.sqlite").replaceAll("\\", "/");
  return runReadme(import.meta.url, { replacements: { "history.sqlite": file } });
}

const newFolder = () => mkdtemp(join(tmpdir(), "ollama-bridge-readme-"));

test("the README's lines read back what they kept", async () => {
  const { stdout } = await runIn(await newFolder());
  expect(stdout).toBe("42 undefined\n");
});

test("the README's lines say where a file went that is no database", async () => {
  const folder = await newFolder();
  await writeFile(join(folder, "history.sqlite"), "these are my notes\n".repeat(100));
  const { stderr } = await runIn(folder);
  expect(stderr).toMatch(/^MEMORY_BACKEND_ERROR: .*set-aside/);
  expect(await readdir(folder)).toEqual([expect.stringContaining("set-aside")]);
});
