import { createTestOllama, type TestOllama } from "@ollama-bridge/test-kit";
import { stopClock } from "@ollama-bridge/test-kit/contract";
import { afterEach, beforeEach, expect, test } from "vitest";
import { OllamaClient } from "../api/ollama-client.ts";
import type { ModelRunner, RunEvent } from "./model-runner.ts";
import { singleInstanceRunner } from "./single-instance-runner.ts";

let ollama: TestOllama;
let client: OllamaClient;
let runner: ModelRunner;

beforeEach(async () => {
  ollama = await createTestOllama({
    parallel: 64,
    models: [
      { name: "llama3.2", answer: ({ prompt }) => `You said ${prompt}`, context_length: 8192 },
      {
        name: "deepseek-r1:8b",
        capabilities: ["completion", "thinking"],
        answer: "42",
        thinking: "Let me see.",
      },
      { name: "old-thinker", answer: "<think>\nwell {x}\n</think>\n\nDone." },
      { name: "llava", capabilities: ["completion", "vision"] },
    ],
  });
  client = new OllamaClient({ name: "test", url: ollama.url });
  runner = singleInstanceRunner(client, { maxConcurrent: 5 });
});
afterEach(async () => {
  await client.close();
  await ollama.close();
});

test("an answer has its usage, timings and the name as it was asked for", async () => {
  const events: RunEvent["type"][] = [];
  const result = await runner.run(
    { model: "llama3.2", prompt: "hi" },
    { onEvent: ({ type }) => events.push(type) },
  );
  expect(result).toMatchObject({
    response: "You said hi",
    model: "llama3.2",
    instance: "test",
    doneReason: "stop",
    truncated: false,
    usage: { input_tokens: expect.any(Number), output_tokens: expect.any(Number) },
  });
  expect(result.usage.output_tokens).toBeGreaterThan(0);
  expect(events.slice(0, 3)).toEqual(["queued", "loading", "generating"]);
});

test("an answer cut at its length says so", async () => {
  const result = await runner.run(
    { model: "llama3.2", prompt: "one two three", options: { num_predict: 2 } },
    {},
  );
  expect(result).toMatchObject({ doneReason: "length", truncated: true });
});

test("200 calls go through a limit of 5 in the order they came", async () => {
  const started: number[] = [];
  await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      runner.run(
        { model: "llama3.2", prompt: String(index) },
        { onEvent: ({ type }) => type === "loading" && started.push(index) },
      ),
    ),
  );
  expect(started).toEqual(Array.from({ length: 200 }, (_, index) => index));
  expect(ollama.counters.peakInFlight).toBeLessThanOrEqual(5);
});

test("who is cancelled in the queue leaves it, and never reaches Ollama", async () => {
  const pause = ollama.pauseBefore("answer");
  const running = Array.from({ length: 5 }, () => runner.run({ model: "llama3.2", prompt: "x" }, {}));
  await ollama.until(({ totalInFlight }) => totalInFlight === 5);
  const controller = new AbortController();
  const waiting = runner.run({ model: "llama3.2", prompt: "waits" }, { signal: controller.signal });
  controller.abort(new Error("left"));
  await expect(waiting).rejects.toThrow("left");
  pause.release();
  await Promise.all(running);
  expect(ollama.counters.requests["/api/generate"]).toBe(5);
});

test("500 random cancels leave nothing in flight", async () => {
  let seed = 7;
  const random = () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const outcomes = await Promise.allSettled(
    Array.from({ length: 500 }, async () => {
      const controller = new AbortController();
      const call = runner.run(
        { model: "llama3.2", prompt: "a b c d e f" },
        { signal: controller.signal, onEvent: () => random() < 0.2 && controller.abort(new Error("left")) },
      );
      if (random() < 0.3) controller.abort(new Error("left"));
      return call;
    }),
  );
  expect(outcomes.some(({ status }) => status === "fulfilled")).toBe(true);
  expect(outcomes.some(({ status }) => status === "rejected")).toBe(true);
  await ollama.until(({ totalInFlight }) => totalInFlight === 0);
  await expect(runner.run({ model: "llama3.2", prompt: "still" }, {})).resolves.toMatchObject({
    response: "You said still",
  });
});

test("a deadline that passes in mid-answer keeps the partial output", async () => {
  const clock = stopClock();
  ollama.inject({ kind: "hang-after-tokens", tokens: 2 });
  const arrived = Promise.withResolvers<void>();
  const onEvent = (event: RunEvent) => event.type === "generating" && arrived.resolve();
  const run = runner.run({ model: "llama3.2", prompt: "hi" }, { timeoutMs: 150, onEvent });
  run.catch(() => undefined);
  await arrived.promise;
  await clock.advance(150);
  await expect(run).rejects.toMatchObject({
    code: "TIMEOUT_EXCEEDED",
    details: { timeoutMs: 150, partial: expect.stringMatching(/^You/) },
  });
  await ollama.until(({ totalInFlight }) => totalInFlight === 0);
});

test("the deadline covers the wait for a place", async () => {
  const clock = stopClock();
  const pause = ollama.pauseBefore("answer");
  const running = Array.from({ length: 5 }, () => runner.run({ model: "llama3.2", prompt: "x" }, {}));
  await ollama.until(({ totalInFlight }) => totalInFlight === 5);
  const late = runner.run({ model: "llama3.2", prompt: "late" }, { timeoutMs: 30 });
  late.catch(() => undefined);
  await clock.advance(30);
  await expect(late).rejects.toMatchObject({ code: "TIMEOUT_EXCEEDED", details: { timeoutMs: 30 } });
  pause.release();
  await Promise.all(running);
});

test("a missing model is answered with the nearest names and the command to pull it", async () => {
  await expect(runner.run({ model: "lama3.2", prompt: "hi" }, {})).rejects.toMatchObject({
    code: "MODEL_NOT_FOUND",
    hint: expect.stringContaining("ollama pull lama3.2"),
    details: {
      model: "lama3.2",
      available: expect.arrayContaining(["llama3.2:latest"]),
      suggestions: ["llama3.2:latest", expect.any(String), expect.any(String)],
    },
  });
});

test("thinking is never in the answer, told apart by field or by tags", async () => {
  const byField = await runner.run({ model: "deepseek-r1:8b", prompt: "hi", think: true }, {});
  expect(byField).toMatchObject({ response: "42", thinking: "Let me see." });
  const byTags = await runner.run({ model: "old-thinker", prompt: "hi" }, {});
  expect(byTags).toMatchObject({ response: "Done.", thinking: "well {x}" });
});

test("a model that cannot think, or see, is refused with its reason", async () => {
  await expect(runner.run({ model: "llama3.2", prompt: "hi", think: true }, {})).rejects.toMatchObject({
    code: "CAPABILITY_UNSUPPORTED",
  });
  await expect(runner.run({ model: "llama3.2", prompt: "hi", images: ["AAAA"] }, {})).rejects.toMatchObject({
    code: "CAPABILITY_UNSUPPORTED",
    details: { capability: "vision" },
  });
  await expect(runner.run({ model: "llava", prompt: "hi", images: ["AAAA"] }, {})).resolves.toBeDefined();
});

test("a prompt too long for the context is run once more with a larger one, up to the model's own", async () => {
  const words = (count: number) => Array.from({ length: count }, (_, index) => `w${index % 100} `).join("");
  const result = await runner.run({ model: "llama3.2", prompt: words(5000) }, {});
  expect(result.warnings).toEqual([expect.stringMatching(/num_ctx \d+/)]);
  expect(ollama.counters.log.filter(({ path }) => path === "/api/generate")).toHaveLength(2);
  await expect(runner.run({ model: "llama3.2", prompt: words(40_000) }, {})).rejects.toMatchObject({
    code: "CONTEXT_EXCEEDED",
    details: { tokens_estimated: expect.any(Number), context_length: 8192 },
  });
});
