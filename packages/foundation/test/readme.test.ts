import { createTestOllama } from "@ollama-bridge/test-kit";
import { runReadme } from "@ollama-bridge/test-kit/contract";
import { expect, onTestFinished, test } from "vitest";

async function startOllama() {
  const ollama = await createTestOllama({ models: [] });
  onTestFinished(() => ollama.close());
  return ollama;
}

test("the README's lines print what came in time", async () => {
  const { url } = await startOllama();
  const { stdout } = await runReadme(import.meta.url, { replacements: { "http://gpu-box:11434": url } });
  expect(stdout).toMatch(/^{"version":"[\d.]+"}\n$/);
});

test("the README's lines say what to do when the deadline passes", async () => {
  const ollama = await startOllama();
  ollama.inject({ kind: "silent", path: "/api/version" });
  const replacements = { "http://gpu-box:11434": ollama.url, "5_000": "1" };
  const { stdout, stderr } = await runReadme(import.meta.url, { replacements });
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^TIMEOUT_EXCEEDED: /);
});
