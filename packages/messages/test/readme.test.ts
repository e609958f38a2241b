import { createTestOllama } from "@ollama-bridge/test-kit";
import { runReadme } from "@ollama-bridge/test-kit/contract";
import { expect, onTestFinished, test } from "vitest";

test("the README's lines answer with a message, and with its events", async () => {
  const ollama = await createTestOllama({
    models: [{ name: "llama3.2", answer: ["Rayleigh", " scattering"] }],
  });
  onTestFinished(() => ollama.close());
  const { stdout } = await runReadme(import.meta.url, {
    replacements: { "http://gpu-box:11434": ollama.url },
  });
  expect(stdout).toContain("[ { type: 'text', text: 'Rayleigh scattering' } ] end_turn\n");
  expect([...stdout.matchAll(/^event: (.*)$/gm)].map(([, name]) => name)).toEqual([
    "message_start",
    "content_block_start",
    "content_block_delta",
    "content_block_delta",
    "content_block_stop",
    "message_delta",
    "message_stop",
  ]);
});
