import { expect, test } from "vitest";
import { startRouter } from "../../test/router-server.ts";

const small = { name: "qwen2:1.5b", size_bytes: 0.9e9, answer: "small" };
const middle = { name: "llama3:8b", size_bytes: 4.7e9, answer: "middle" };
const large = { name: "gpt-oss:20b", size_bytes: 14e9, answer: "large" };
const models = [small, middle, large];

test.each([
  ["fast", "small"],
  ["balanced", "middle"],
  ["powerful", "large"],
])("performance %s takes a model of that tier", async (performance, answer) => {
  const { client } = await startRouter([{ models }]);
  const result = await client.callTool("route_request", { prompt: "Tell me something", performance });
  expect(result.structuredContent).toMatchObject({ data: { response: answer, tier: performance } });
});

test("a simple question goes to a fast model, a document to analyse to a powerful one", async () => {
  const { client } = await startRouter([
    { models: models.map((model) => ({ ...model, context_length: 131_072 })), num_ctx: 131_072 },
  ]);
  const simple = await client.callTool("route_request", { prompt: "What is the capital of France?" });
  expect(simple.structuredContent).toMatchObject({
    data: { response: "small", category: "factual", confidence: expect.any(Number), tier: "fast" },
  });
  const prompt = `Analyze this document and provide insights:\n${"The figures of the quarter were good. ".repeat(400)}`;
  const complex = await client.callTool("route_request", { prompt });
  expect(complex.structuredContent).toMatchObject({ data: { response: "large", tier: "powerful" } });
});

test("a named model answers, and is not replaced when it is missing", async () => {
  const { client } = await startRouter([{ models }]);
  const named = await client.callTool("route_request", { prompt: "hi", model: "llama3:8b" });
  expect(named.structuredContent).toMatchObject({ data: { response: "middle", model: "llama3:8b" } });
  const missing = await client.callTool("route_request", { prompt: "hi", model: "llama9" });
  expect(missing.structuredContent).toMatchObject({
    error: { code: "MODEL_NOT_FOUND", details: { suggestions: expect.arrayContaining(["llama3:8b"]) } },
  });
});

test("a model pulled a moment ago is found", async () => {
  const { client, servers } = await startRouter([{ models: [small] }]);
  await client.callTool("route_request", { prompt: "hi" });
  servers[0]?.models.add({ name: "fresh", answer: "new here" });
  const result = await client.callTool("route_request", { prompt: "hi", model: "fresh" });
  expect(result.structuredContent).toMatchObject({ data: { response: "new here" } });
});

test("a session remembers what was said", async () => {
  const { client, servers } = await startRouter([{ models: [small] }]);
  const session = { session_id: "s1", model: "qwen2:1.5b" };
  await client.callTool("route_request", { ...session, prompt: "My name is Ada." });
  await client.callTool("route_request", { ...session, prompt: "What is my name?" });
  expect(servers[0]?.counters.log.at(-1)?.body).toMatchObject({
    messages: [
      { role: "user", content: "My name is Ada." },
      { role: "assistant", content: "small" },
      { role: "user", content: "What is my name?" },
    ],
  });
});

test("max_time is the deadline", async () => {
  const { client, servers } = await startRouter([{ models: [small] }]);
  servers[0]?.pauseBefore("first-token");
  const result = await client.callTool("route_request", { prompt: "hi", max_time: 0.2 });
  expect(result.structuredContent).toMatchObject({ error: { code: "TIMEOUT_EXCEEDED" } });
});
