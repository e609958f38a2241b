import { expect, test } from "vitest";
import { shouldOffload } from "./offload.ts";

test.each([
  ["Summarize this private file for me", true, "private"],
  ["Fasse diese vertraulichen Kundendaten zusammen", true, "private"],
  ["Classify these log lines by severity", true, "routine"],
  ["Generate the boilerplate of a class", true, "routine"],
  ["Find the root cause of this race condition across the codebase", false, "reasoning"],
  ["Explain how this public library works", false, "reasoning"],
  ["What is the capital of France?", true, "factual"],
])("%j: %s", (prompt, offload, reason) => {
  const decision = shouldOffload(prompt);
  expect(decision.offload).toBe(offload);
  expect(decision.reasons.join(" ")).toContain(reason);
});

test.each([
  ["without any model", { tiers: [] }, "no model"],
  ["for a text longer than any context", { contextTokens: 3 }, "tokens"],
])("no %s, even what is private", (_what, policy, reason) => {
  const decision = shouldOffload("Summarize this confidential contract", policy);
  expect(decision).toMatchObject({ offload: false, localOnly: true });
  expect(decision.reasons[0]).toContain(reason);
});

test("the operator can keep a category", () => {
  expect(shouldOffload("What is the capital of France?", { keep: ["factual"] }).offload).toBe(false);
});

test("a text that begins a question on every word is decided on, too", () => {
  for (const word of ["pourquoi ", "summarize", "why does ", "root "])
    expect(shouldOffload(word.repeat(400_000)).reasons).toHaveLength(1);
});
