import { runReadme } from "@ollama-bridge/test-kit/contract";
import { expect, test } from "vitest";
import { defaultModelAvailable, testTimeoutMs } from "./real-engine.ts";

const available = await defaultModelAvailable();

test.skipIf(!available)("the README's lines answer", { timeout: testTimeoutMs }, async () => {
  const { stdout, stderr } = await runReadme(import.meta.url, { env: { ENGINE_MODEL: "" } });
  expect(stderr).toMatch(/starting\n$/);
  expect(stdout).toMatch(/model: 'smollm2:135m',.*done: true/s);
});

test("the README's lines say what is wrong with a model's file", async () => {
  const { stderr } = await runReadme(import.meta.url, { env: { ENGINE_MODEL: "/nowhere/model.gguf" } });
  expect(stderr).toMatch(/ENGINE_MODEL_INVALID: .*model\.gguf/);
});
