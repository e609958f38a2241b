import { expect, test } from "vitest";
import { readTaskWords } from "./task-words.ts";

test.each<[string, number | undefined, number | undefined]>([
  ["Summarize a 200-page PDF", 100_000, undefined],
  ["Extract the table of a two-page PDF", 1_000, undefined],
  ["Read 1,200 pages of minutes", 600_000, undefined],
  ["Translate 2 million words", 2_666_667, undefined],
  ["Proofread 1.5k words", 2_000, undefined],
  ["Review 3,000 lines of Go", 30_000, undefined],
  ["Put 128k tokens into one prompt", 128_000, undefined],
  ["Shorten a 200 page report to 100 words", 100_000, undefined],
  ["Complete code with 100 ms latency", undefined, 100],
  ["Complete code, latency under 250ms", undefined, 250],
  ["Answer within 2 seconds", undefined, 2_000],
  ["Chat in real-time", undefined, 1_000],
  ["Summarize the release notes of version 2 of the page", undefined, undefined],
  ["Explain why the test sleeps 100 ms", undefined, undefined],
])("%s", (description, contextTokens, maxLatencyMs) => {
  const read = readTaskWords(description);
  expect([read.contextTokens, read.maxLatencyMs]).toEqual([contextTokens, maxLatencyMs]);
});
