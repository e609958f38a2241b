import { expect, test } from "vitest";
import { estimateTokens, largerContext } from "./context-length.ts";

const model = "m";

test("a prompt that Ollama's own context was too small for gets a larger one, however short it looks", () => {
  expect(largerContext({ model, prompt: "hi" }, 131_072)).toBe(8192);
  expect(largerContext({ model, prompt: "hi", options: { num_ctx: 8192 } }, 131_072)).toBe(16_384);
  expect(largerContext({ model, prompt: "hi" }, 6000)).toBe(6000);
});

test("digits count one token each, and tools and their calls count", () => {
  expect(estimateTokens({ model, prompt: "7".repeat(12_000) })).toBe(12_000);
  expect(estimateTokens({ model, prompt: "word ".repeat(600) })).toBe(750);
  const tools = [{ type: "function", function: { name: "x".repeat(3000) } }];
  expect(estimateTokens({ model, messages: [], tools })).toBeGreaterThan(750);
});
