import type { TestOllama } from "@ollama-bridge/test-kit";
import { stopClock } from "@ollama-bridge/test-kit/contract";
import { expect, test, vi } from "vitest";
import { listening, startConsult, sum, textOf } from "../../test/consult-server.ts";
import type { ComparisonData } from "../compare.ts";

const request = {
  prompt: "What are the trade-offs between NoSQL and SQL databases?",
  models: ["llama3.2", "qwen2.5-coder:7b", "deepseek-v3.1"],
  context: "Building a real-time analytics dashboard",
  timeoutMs: 90_000,
};
const models = [
  { name: "llama3.2", answer: "ACID." },
  { name: "qwen2.5-coder:7b", answer: "Scaling." },
  { name: "deepseek-v3.1", answer: "It depends." },
];
const answered = (ollama: TestOllama) =>
  ollama.counters.log.filter(({ outcome }) => outcome === "answered").length;

test("answers come in the order asked, whoever is first, with the sums of their times", async () => {
  const { ollama, client } = await startConsult({ models });
  const slowest = ollama.pauseBefore("done", { model: "llama3.2" });
  const call = client.callTool("compare_ollama_models", request);
  await ollama.until(() => answered(ollama) === 2);
  slowest.release();
  const { structuredContent = {}, content } = await call;
  expect(content[1]?.text).toMatch(
    /^— llama3\.2 on \S+\n— qwen2\.5-coder:7b on \S+\n— deepseek-v3\.1 on \S+$/,
  );
  const result = (model: string, response: string) => ({
    model,
    response,
    instance: expect.any(String),
    processingTime: expect.any(Number),
    success: true,
  });
  expect(structuredContent).toEqual({
    status: "success",
    data: {
      prompt: request.prompt,
      results: [
        result("llama3.2", "ACID."),
        result("qwen2.5-coder:7b", "Scaling."),
        result("deepseek-v3.1", "It depends."),
      ],
      summary: {
        successful: 3,
        failed: 0,
        totalTime: expect.any(Number),
        averageTime: expect.any(Number),
        wallTime: expect.any(Number),
      },
    },
    metadata: expect.objectContaining({ comparisonId: expect.stringMatching(/^cmp_\w+$/) }),
  });
  const { results, summary } = structuredContent.data as ComparisonData;
  const total = sum(results.map(({ processingTime }) => processingTime));
  expect(summary).toMatchObject({ totalTime: total, averageTime: Math.round(total / 3) });
});

test("all are asked at once, and a cancelled call cancels every one", async () => {
  const { ollama, client } = await startConsult({ models });
  ollama.pauseBefore("first-token");
  const controller = new AbortController();
  const call = client.callTool("compare_ollama_models", request, { signal: controller.signal });
  const ended = call.catch(() => "cancelled");
  await ollama.until(({ inFlight }) => inFlight["/api/generate"] === 3);
  controller.abort();
  await ollama.until(({ aborted, totalInFlight }) => aborted === 3 && totalInFlight === 0);
  expect(await ended).toBe("cancelled");
});

test("one that fails and one that is too slow lose none of the others", async () => {
  const clock = stopClock();
  const arrived = Promise.withResolvers<void>();
  const through = listening(
    (event) => event.type === "generating" && event.model === "deepseek-v3.1" && arrived.resolve(),
  );
  const { ollama, client } = await startConsult({ models }, { through });
  ollama.inject({ kind: "hang-after-tokens", tokens: 1, model: "deepseek-v3.1" });
  const told: string[] = [];
  const call = client.callTool(
    "compare_ollama_models",
    { ...request, models: ["missing", "llama3.2", "deepseek-v3.1"], timeoutMs: 30_000 },
    { onProgress: ({ message = "" }) => void told.push(message) },
  );
  await arrived.promise;
  await vi.waitFor(() => expect(told.at(-1)).toMatch(/^2 of 3 ended/), { timeout: 60_000 });
  await clock.advance(30_000);
  const result = await call;
  expect(result.isError ?? false).toBe(false);
  expect(result.structuredContent?.data).toMatchObject({
    results: [
      {
        model: "missing",
        response: "",
        success: false,
        error: { code: "MODEL_NOT_FOUND", message: expect.stringContaining("missing") },
      },
      { model: "llama3.2", response: "ACID.", success: true },
      {
        model: "deepseek-v3.1",
        response: "It",
        success: false,
        error: { code: "TIMEOUT_EXCEEDED", message: expect.any(String) },
      },
    ],
    summary: { successful: 1, failed: 2 },
  });
  expect(textOf(result)).toContain("ACID.");
  expect(textOf(result)).toContain("MODEL_NOT_FOUND: missing is not installed");
});

test("when all fail, the first one's error is the answer, with every one in data", async () => {
  const { ollama, client } = await startConsult({ models });
  ollama.inject({ kind: "out-of-memory", model: "llama3.2" });
  const result = await client.callTool("compare_ollama_models", {
    ...request,
    models: ["nobody", "llama3.2"],
  });
  expect(result).toMatchObject({
    isError: true,
    structuredContent: {
      status: "error",
      error: { code: "MODEL_NOT_FOUND", details: { model: "nobody" } },
      data: {
        results: [{ error: { code: "MODEL_NOT_FOUND" } }, { error: { code: "OLLAMA_PROCESSING_ERROR" } }],
        summary: { successful: 0, failed: 2 },
      },
    },
  });
  expect(textOf(result)).toMatch(/^MODEL_NOT_FOUND: All 2 models failed; nobody.*OLLAMA_PROCESSING_ERROR/s);
});

test("ten models pass and eleven do not, unless the environment allows more", async () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => `m${index}`);
  const script = { models: many(12).map((name) => ({ name })) };
  const { ollama, client } = await startConsult(script);
  const ten = await client.callTool("compare_ollama_models", { prompt: "x", models: many(10) });
  expect(ten.structuredContent).toMatchObject({ data: { summary: { successful: 10 } } });
  const asked = ollama.counters.log.length;
  const eleven = await client.callTool("compare_ollama_models", { prompt: "x", models: many(11) });
  expect(eleven.structuredContent).toMatchObject({
    error: { code: "VALIDATION_ERROR", details: { path: "models" } },
  });
  expect(textOf(eleven)).toContain("MAX_COMPARISON_MODELS");
  expect(ollama.counters.log).toHaveLength(asked);

  const raised = await startConsult(script, { env: { MAX_COMPARISON_MODELS: "12" } });
  const twelve = await raised.client.callTool("compare_ollama_models", { prompt: "x", models: many(12) });
  expect(twelve.structuredContent).toMatchObject({ data: { summary: { successful: 12 } } });
});

test("progress names a model as it ends", async () => {
  const { ollama, client } = await startConsult({ models });
  const slowest = ollama.pauseBefore("done", { model: "llama3.2" });
  const told = Promise.withResolvers<string>();
  const messages: string[] = [];
  const call = client.callTool("compare_ollama_models", request, {
    onProgress({ message = "" }) {
      messages.push(message);
      if (message.startsWith("2 of 3 ended")) told.resolve(message);
    },
  });
  expect(await told.promise).toMatch(/qwen2\.5-coder:7b.*deepseek-v3\.1|deepseek-v3\.1.*qwen2\.5-coder:7b/);
  expect(messages[0]).toMatch(/^[^:]+(:7b)?: (queued|loading|generating)/);
  // The fast answers are read while the slow one is waited for.
  expect(messages.join("\n")).toMatch(/ended: .*qwen2\.5-coder:7b.* · qwen2\.5-coder:7b: Scaling\./);
  slowest.release();
  await call;
});
