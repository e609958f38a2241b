import { expect, test } from "vitest";
import { canonicalName, isSameModel, modelNotFound } from "./model-names.ts";

test("the nearest names are told, by family first", () => {
  const installed = ["mistral:7b", "llama3.1:8b", "llama3.2:latest", "llava:7b", "phi4:latest"];
  const { details, hint } = modelNotFound("llama3.2:1b", installed, "here");
  expect(details).toMatchObject({ suggestions: ["llama3.2:latest", "llama3.1:8b", "llava:7b"] });
  expect(hint).toContain("ollama pull llama3.2:1b");
});

test("the nearest of many long names are told for a name of any length", () => {
  const installed = Array.from({ length: 5_000 }, (_, index) => `${index}${"/deep".repeat(50)}`);
  const { details } = modelNotFound("4999".padEnd(1024 * 1024, "/deep"), installed, "here");
  expect(details).toMatchObject({ suggestions: [installed.at(-1), expect.any(String), expect.any(String)] });
});

test.each([
  ["llama3.2", "llama3.2:latest"],
  ["llama3.2:1b", "llama3.2:1b"],
  ["library/llama3.2", "llama3.2:latest"],
  ["registry.ollama.ai/library/llama3.2:1b", "llama3.2:1b"],
  ["Registry.Ollama.AI/me/llama3.2", "me/llama3.2:latest"],
  ["me/llama3.2", "me/llama3.2:latest"],
  ["hf.co/bartowski/Llama-3.2-1B-Instruct-GGUF", "hf.co/bartowski/Llama-3.2-1B-Instruct-GGUF:latest"],
  ["hf.co/a/b:Q4_K_M", "hf.co/a/b:Q4_K_M"],
  ["localhost:5000/me/model", "localhost:5000/me/model:latest"],
  ["localhost:5000/library/model", "localhost:5000/library/model:latest"],
])("%s is %s", (name, canonical) => {
  expect(canonicalName(name)).toBe(canonical);
  expect(isSameModel(name.toUpperCase(), canonical)).toBe(true);
});
