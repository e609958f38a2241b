import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestOllama } from "@ollama-bridge/test-kit";
import { connectClient, stopClock } from "@ollama-bridge/test-kit/contract";
import { expect, onTestFinished, test } from "vitest";
import { listening, startConsult, textOf } from "../../test/consult-server.ts";

const request = {
  prompt: "Explain the benefits of microservices architecture",
  model: "llama3.2",
  context: "We're designing a new e-commerce platform with expected high traffic",
  systemPrompt: "You are an expert software architect with 15+ years of experience",
  timeoutMs: 180_000,
};
const models = [{ name: "llama3.2", answer: "Several key benefits." }];

test("answers with response, model, instance, time and duration, and nothing else", async () => {
  const { client } = await startConsult({ models });
  const result = await client.callTool("consult_ollama", request);
  expect(textOf(result)).toBe("Several key benefits.");
  expect(result.content[1]?.text).toMatch(/^— llama3\.2 on 127\.0\.0\.1:\d+$/);
  expect(result.structuredContent).toEqual({
    status: "success",
    data: {
      response: "Several key benefits.",
      model: "llama3.2",
      instance: expect.stringMatching(/^127\.0\.0\.1:/),
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/),
      processingTime: expect.any(Number),
    },
    metadata: {
      tool: "consult_ollama",
      timestamp: expect.any(String),
      requestId: expect.stringMatching(/^req_/),
    },
  });
});

test("the context stands before the prompt, the role in the system prompt", async () => {
  const { ollama, client } = await startConsult({ models });
  await client.callTool("consult_ollama", request);
  expect(ollama.counters.log.at(-1)?.body).toMatchObject({
    model: "llama3.2",
    prompt: `Context:\n${request.context}\n\n${request.prompt}`,
    system: request.systemPrompt,
  });
});

test("an answer that was cut is marked", async () => {
  const { client } = await startConsult(
    { models: [{ name: "chatty", answer: ["One", " two"] }] },
    {
      through: ({ runner, ...rest }) => ({
        ...rest,
        runner: {
          ...runner,
          run: (request, limits) => runner.run({ ...request, options: { num_predict: 1 } }, limits),
        },
      }),
    },
  );
  const result = await client.callTool("consult_ollama", { model: "chatty", prompt: "x" });
  expect(result.structuredContent).toMatchObject({ data: { response: "One", truncated: true } });
});

test.each([
  [{ model: "llama3.2", prompt: " " }, "INVALID_PROMPT"],
  [{ model: "llama3.2" }, "VALIDATION_ERROR"],
  [{ model: "lama3.2", prompt: "x" }, "MODEL_NOT_FOUND"],
  [{ model: "auto", prompt: "x" }, "MODEL_NOT_FOUND"],
])("%j fails with %s", async (args, code) => {
  const { client } = await startConsult({ models });
  const result = await client.callTool("consult_ollama", args);
  expect(result).toMatchObject({ isError: true, structuredContent: { error: { code } } });
});

test("a deadline that passes gives the partial output", async () => {
  const clock = stopClock();
  const arrived = Promise.withResolvers<void>();
  const { ollama, client } = await startConsult(
    { models: [{ name: "slow", answer: ["One", " two", " three"] }] },
    { through: listening((event) => event.type === "generating" && event.tokens === 2 && arrived.resolve()) },
  );
  ollama.inject({ kind: "hang-after-tokens", tokens: 2 });
  const call = client.callTool("consult_ollama", { model: "slow", prompt: "x", timeoutMs: 300 });
  await arrived.promise;
  await clock.advance(300);
  const result = await call;
  expect(result.structuredContent).toMatchObject({
    error: { code: "TIMEOUT_EXCEEDED", details: { partial: "One two" } },
  });
  expect(textOf(result)).toContain("One two");
});

test("the executable serves over stdio, reads files and keeps its limits", async () => {
  const folder = await mkdtemp(join(tmpdir(), "ollama-bridge-consult-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const ollama = await createTestOllama({ models });
  onTestFinished(() => ollama.close());
  const config = join(folder, "ollama-bridge.config.json");
  await writeFile(
    config,
    JSON.stringify({ limits: { image_roots: [folder] }, consult: { max_comparison_models: 1 } }),
  );
  await writeFile(join(folder, "notes.txt"), "Traffic doubles in December.");
  const client = await connectClient("1.x", {
    stdio: {
      command: process.execPath,
      args: [new URL("../../dist/bin.js", import.meta.url).pathname, "--config", config],
      env: { OLLAMA_BASE_URL: ollama.url, MEMORY_DIR: folder },
    },
  });
  onTestFinished(() => client.close());
  const file = join(folder, "notes.txt");
  const result = await client.callTool("consult_ollama", { ...request, files: [file] });
  expect(textOf(result)).toBe("Several key benefits.");
  expect(ollama.counters.log.at(-1)?.body).toMatchObject({
    prompt: `Context:\n${request.context}\n\nFile ${file}:\nTraffic doubles in December.\n\n${request.prompt}`,
  });
  const tools = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual([
    "consult_ollama",
    "list_ollama_models",
    "compare_ollama_models",
    "sequential_consultation_chain",
    "remember_consult",
  ]);
  const kept = await client.callTool("remember_consult", { key: "advice", value: textOf(result) });
  expect(kept.structuredContent).toMatchObject({ data: { key: "advice", stored: true, size: 21 } });
  const two = await client.callTool("compare_ollama_models", { prompt: "x", models: ["a", "b"] });
  expect(textOf(two)).toMatch(/^VALIDATION_ERROR: models: 2 .* 1 /);
});
