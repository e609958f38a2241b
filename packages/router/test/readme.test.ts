import { createTestOllama } from "@ollama-bridge/test-kit";
import { runReadme } from "@ollama-bridge/test-kit/contract";
import { expect, onTestFinished, test } from "vitest";

test("the README's lines choose a model and an instance, and say why", async () => {
  const gpu = await createTestOllama({ models: [{ name: "llama3.2:3b", answer: "A doorstop." }] });
  onTestFinished(() => gpu.close());
  const laptop = await createTestOllama({ models: [] });
  onTestFinished(() => laptop.close());
  const { stdout } = await runReadme(import.meta.url, {
    replacements: { "http://gpu.lan:11434": gpu.url, "http://laptop.lan:11434": laptop.url },
  });
  expect(stdout).toMatch(/^A doorstop\. llama3\.2:3b \S.*\n[1-9]\d*\n$/);
});
