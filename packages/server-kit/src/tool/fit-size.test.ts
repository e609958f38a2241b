import { expect, test } from "vitest";
import { probeErrors } from "../../test/probe-errors.ts";
import { errorAnswer, successAnswer } from "./answer.ts";
import { fitSize, MAX_RESULT_CHARACTERS } from "./fit-size.ts";

const call = { tool: "probe", requestId: "req_1" };

const names = Array.from({ length: 5000 }, (_, index) => `model-${index}:latest`);

test.each([
  ["vectors", { embeddings: Array.from({ length: 1024 }, () => Array(768).fill(0.123456789)) }],
  ["a long list of short entries", { models: names.map((name) => ({ name, size: 4e9 })) }],
  ["a map of many entries", { models: Object.fromEntries(names.map((name) => [name, { size: 4e9 }])) }],
  ["a text of signs that JSON escapes", { response: '"\n\u0001'.repeat(50_000) }],
])("%s: under the limit, marked, and whole in the store", (_, data) => {
  const kept = new Map<string, object>();
  const { envelope, text } = fitSize(
    successAnswer(call, { data, text: names.join("\n") }),
    (requestId, whole) => kept.set(requestId, whole) !== undefined,
  );
  expect(JSON.stringify(envelope).length + text.length).toBeLessThan(MAX_RESULT_CHARACTERS);
  expect(envelope.metadata.truncatedForSize).toBe(true);
  expect(kept.get("req_1")).toMatchObject({ data });
});

test("a text is cut near the limit, not far below it, and marked once", () => {
  const response = "x".repeat(200_000);
  const { envelope } = fitSize(successAnswer(call, { data: { response }, text: response }), () => true);
  const cut = (envelope.data as { response: string }).response;
  expect(cut.length).toBeGreaterThan(20_000);
  expect(cut.match(/\[cut; /g)).toHaveLength(1);
});

test("an error with a huge message and a huge partial answer fits too", () => {
  const error = probeErrors.create("PROBE_FAILED", "e".repeat(90_000), {
    details: { partial: "p".repeat(300_000) },
    more: "p".repeat(300_000),
  });
  const { envelope, text } = fitSize(errorAnswer(call, error), () => true);
  expect(JSON.stringify(envelope).length + text.length).toBeLessThan(MAX_RESULT_CHARACTERS);
  expect(envelope.error?.code).toBe("PROBE_FAILED");
});

test("a cut answer that is not kept names no address where it would be", () => {
  const response = "x".repeat(200_000);
  const { text } = fitSize(successAnswer(call, { data: { response }, text: response }), () => false);
  expect(text).toMatch(/\[cut; .*too long to be kept.*\]$/);
  expect(text).not.toContain("answer://");
});
