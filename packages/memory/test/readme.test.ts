import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runReadme } from "@ollama-bridge/test-kit/contract";
import { expect, onTestFinished, test } from "vitest";

test("the README's lines find what they remembered, and say what to do about what is not there", async () => {
  const folder = await mkdtemp(join(tmpdir(), "ollama-bridge-readme-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "notes.sqlite").replaceAll("\\", "/");
  const replacements = { "sqlite:notes.sqlite": `sqlite:${file}` };
  const { stdout, stderr } = await runReadme(import.meta.url, { replacements });
  expect(stdout).toBe("1 We keep entries in SQLite.\n");
  expect(stderr).toMatch(/^MEMORY_NOT_FOUND .*search_memories/);
});
