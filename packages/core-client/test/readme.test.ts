import { createTestOllama, type TestOllamaOptions } from "@ollama-bridge/test-kit";
import { runReadme } from "@ollama-bridge/test-kit/contract";
import { expect, onTestFinished, test } from "vitest";

/** Runs the README's lines as somebody's program, against an Ollama with these models. */
async function runExample(models: NonNullable<TestOllamaOptions["models"]>) {
  const ollama = await createTestOllama({ models });
  onTestFinished(() => ollama.close());
  return runReadme(import.meta.url, { replacements: { "http://gpu-box:11434": ollama.url } });
}

test("the README's lines print the answer, and what it is while it comes", async () => {
  const { stdout, stderr } = await runExample([{ name: "llama3.2", answer: ["Rayleigh", " scattering"] }]);
  expect(stdout).toMatch(/^Rayleigh scattering \d+\n$/);
  expect(stderr).toBe("Rayleigh scattering");
});

test("the README's lines say what to do where the model is not installed", async () => {
  const { stdout, stderr } = await runExample([]);
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^MODEL_NOT_FOUND: .*llama3\.2.* Pull the model/);
});
