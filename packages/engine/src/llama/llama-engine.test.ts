import { expect, test } from "vitest";
import { LlamaEngine } from "./llama-engine.ts";
import { LlamaRunner } from "./llama-runner.ts";
import type { ModelFacts } from "./model-facts.ts";

const details = {
  parent_model: "",
  format: "gguf",
  family: "llama",
  families: ["llama"],
  parameter_size: "1M",
  quantization_level: "F16",
};

const facts: ModelFacts = {
  file: "/models/tiny.gguf",
  sizeBytes: 1,
  modifiedAt: "2026-01-01T00:00:00Z",
  fileDigest: "0",
  contextLength: 64,
  embeddingLength: 8,
  vocabularySize: 16,
  chatTemplate: "",
  details,
  info: {},
  tensors: [],
};

const never = new AbortController().signal;

test("refuses who comes when 512 wait already, as Ollama does, and serves the others in order", async () => {
  const engine = new LlamaEngine(facts, new LlamaRunner(facts.file));
  const begin = () => engine.begin({ model: "tiny", keep_alive: -1 }, never, async () => undefined);
  const first = await begin();
  const waiting = Array.from({ length: 512 }, begin);
  await expect(begin()).rejects.toMatchObject({ status: 503 });
  first.end();
  for (const each of waiting) (await each).end();
  (await begin()).end();
});
