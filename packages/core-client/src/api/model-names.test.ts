import { expect, test } from "vitest";
import { modelNotFound } from "./model-names.ts";

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
