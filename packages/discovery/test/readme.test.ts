import { createTestOllama } from "@ollama-bridge/test-kit";
import { runReadme } from "@ollama-bridge/test-kit/contract";
import { expect, onTestFinished, test } from "vitest";

test("the README's lines tell which instance has the model, and how fast it is", async () => {
  const ollama = await createTestOllama({ models: [{ name: "llama3.2" }] });
  onTestFinished(() => ollama.close());
  const { stdout } = await runReadme(import.meta.url, {
    replacements: { "http://gpu.lan:11434": ollama.url },
  });
  expect(stdout).toMatch(/^gpu \d+\.\d+\S* not measured yet\n$/);
});
