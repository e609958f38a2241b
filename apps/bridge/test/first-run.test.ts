import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createTestOllama } from "@ollama-bridge/test-kit";
import { expect, onTestFinished, test } from "vitest";

const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));
const runs = promisify(execFile);

test("a first run on the embedded engine asks a real model through every part, and ends with 0", {
  timeout: 120_000,
}, async () => {
  const { stdout } = await runs(process.execPath, [bin, "try", "--engine"], {
    env: { ...process.env, NO_COLOR: "1" },
  });
  expect(stdout).toMatch(/The capital of France is Paris/);
  for (const tool of [
    "ask_model",
    "batch_ask",
    "route_task",
    "sequential_consultation_chain",
    "search_memories",
    "recall",
  ]) {
    expect(stdout).toMatch(new RegExp(`^ {2}${tool} · .*\\d+ ms$`, "m"));
  }
  expect(stdout).toMatch(/All 12 steps were answered\./);
});

test("a first run on an Ollama whose models fail says so, and does not end with 0", async () => {
  const ollama = await createTestOllama({ models: [{ name: "llama3.2" }, { name: "phi4" }] });
  onTestFinished(() => ollama.close());
  ollama.inject({ kind: "out-of-memory" });
  const env = { ...process.env, OLLAMA_BASE_URL: ollama.url, NO_COLOR: "1" };
  const run = runs(process.execPath, [bin, "try"], { env });
  await expect(run).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/OLLAMA_PROCESSING_ERROR: .*memory[\s\S]*of 12 steps failed/),
  });
});

test("a named Ollama that does not answer is its owner's to start", async () => {
  const env = { ...process.env, OLLAMA_BASE_URL: "http://127.0.0.1:9", NO_COLOR: "1" };
  await expect(runs(process.execPath, [bin, "try"], { env })).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^OLLAMA_CONNECTION_FAILED: .*127\.0\.0\.1:9.*ollama serve/s),
  });
});
