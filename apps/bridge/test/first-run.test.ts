import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createTestOllama } from "@ollama-bridge/test-kit";
import { expect, onTestFinished, test } from "vitest";
import { quietEnvironment } from "./quiet-environment.ts";

const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));
const runs = promisify(execFile);

test("a first run on the embedded engine asks a real model through every part, and ends with 0", {
  timeout: 900_000,
}, async ({ skip }) => {
  // A small model may talk for long, and a busy machine lets it talk slowly.
  const env = { ...process.env, NO_COLOR: "1", DEFAULT_TIMEOUT_MS: "600000" };
  const { stdout } = await runs(process.execPath, [bin, "try", "--engine"], { env }).catch((error) => {
    if (/ENGINE_MODEL/.test(error.stderr)) skip(`the model cannot be had here: ${error.stderr}`);
    throw error;
  });
  expect(stdout).toMatch(/^\? What is the capital of France\?\n {2}\S/m);
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
  const quiet = await quietEnvironment(ollama.url);
  onTestFinished(quiet.clear);
  const env = { ...process.env, ...quiet.env };
  const run = runs(process.execPath, [bin, "try"], { env });
  await expect(run).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/OLLAMA_PROCESSING_ERROR: .*memory[\s\S]*of 12 steps failed/),
  });
});

test("where the engine's model cannot be had, it says what to set", async () => {
  const folder = await mkdtemp(join(tmpdir(), "ollama-bridge-no-model-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const env = { PATH: folder, HOME: folder, XDG_CACHE_HOME: folder, ENGINE_MODEL: join(folder, "none.gguf") };
  await expect(runs(process.execPath, [bin, "try", "--engine"], { env })).rejects.toMatchObject({
    code: 78,
    stderr: expect.stringMatching(/^CONFIG_INVALID: ENGINE_MODEL is .*none\.gguf.*\. Set ENGINE_MODEL/),
  });
});

test("a named Ollama that does not answer is its owner's to start", async () => {
  const env = { ...process.env, OLLAMA_BASE_URL: "http://127.0.0.1:9", NO_COLOR: "1" };
  await expect(runs(process.execPath, [bin, "try"], { env })).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^OLLAMA_CONNECTION_FAILED: .*127\.0\.0\.1:9.*ollama serve/s),
  });
});
