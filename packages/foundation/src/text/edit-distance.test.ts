import { expect, test } from "vitest";
import { editDistance } from "./edit-distance.ts";

test.each([
  ["", "", 0],
  ["llama", "llama", 0],
  ["", "qwen", 4],
  ["lama3", "llama3", 1],
  ["mistral", "mixtral", 1],
  ["kitten", "sitting", 3],
  ["qwen3:8b", "gemma3:4b", 6],
  ["Grüße 👋", "Gruße 👍", 2],
])("from %j to %j there are %i edits, both ways", (from, to, edits) => {
  expect(editDistance(from, to)).toBe(edits);
  expect(editDistance(to, from)).toBe(edits);
});
