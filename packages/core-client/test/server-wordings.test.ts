import { expect, test } from "vitest";
import { startCore } from "./core-server.ts";

const models = [
  { name: "talker", answer: ["a", "b", "c"] },
  { name: "embedder", capabilities: ["embedding"] },
];
const generate = { model: "talker", prompt: "hi" };

/** Starts the core server on an Ollama like 0.33, and calls tools of it. */
async function start() {
  const { ollama, client } = await startCore({ models, like: "0.33" });
  const call = async (tool: string, args: Record<string, unknown>) => {
    const { structuredContent, content } = await client.callTool(tool, args);
    return { ...structuredContent, text: content[0]?.text ?? "" };
  };
  return { ollama, call };
}

test("a prompt that is too long for 0.33 is run again with room for what the server counted", async () => {
  const { ollama, call } = await start();
  const prompt = "word ".repeat(5_000);
  expect(await call("ollama_generate", { ...generate, prompt })).toMatchObject({
    status: "success",
    data: { warnings: [expect.stringContaining("num_ctx 6144")] },
  });
  expect(ollama.counters.log.at(-1)?.body).toMatchObject({ options: { num_ctx: 6144 } });
  expect(await call("ollama_generate", { ...generate, prompt: "word ".repeat(9_000) })).toMatchObject({
    error: { code: "CONTEXT_EXCEEDED", details: { tokens_estimated: 9001, context_length: 8192 } },
  });
});

test.each<[string, Record<string, unknown>, object]>([
  ["ollama_embed", { model: "talker", input: ["a"] }, { model: "talker", capability: "embedding" }],
  ["ollama_generate", { model: "embedder", prompt: "hi" }, { model: "embedder", capability: "completion" }],
  ["ollama_generate", { ...generate, think: "on" }, { model: "talker", capability: "thinking" }],
])("%s %j is more than the model can", async (tool, args, details) => {
  const { call } = await start();
  expect(await call(tool, args)).toMatchObject({ error: { code: "CAPABILITY_UNSUPPORTED", details } });
});

test.each<[Record<string, unknown>, string]>([
  [{ options: { temperature: "hot" } }, "options.temperature"],
  [{ keep_alive: "soon" }, "keep_alive"],
])("%j is refused by name, not with a look at the log", async (args, path) => {
  const { call } = await start();
  const result = await call("ollama_generate", { ...generate, ...args });
  expect(result).toMatchObject({ error: { code: "VALIDATION_ERROR", details: { path } } });
  expect(result.text).not.toMatch(/\blog\b/);
});

test.each(["bad-schema", "bad-grammar"] as const)("%s is the schema's fault", async (kind) => {
  const { ollama, call } = await start();
  ollama.inject({ kind });
  expect(await call("ollama_generate", { ...generate, response_schema: { type: "strin" } })).toMatchObject({
    error: { code: "VALIDATION_ERROR", details: { path: "response_schema" } },
  });
});

test("what a server nests is unwrapped for the reader", async () => {
  const { ollama, call } = await start();
  ollama.inject({ kind: "image-refused" });
  const { text } = await call("ollama_generate", generate);
  expect(text).toContain("answered 400: Failed to load image or audio file.");
  expect(text).not.toContain("{");
});

test.each([
  '{"error":"GPU lost"}',
  '{"error":{"message":"GPU lost"}}',
  '{"error":"{\\"error\\":{\\"code\\":500,\\"message\\":\\"GPU lost\\"}}"}',
  '{"message":"GPU lost"}',
  '{"detail":"GPU lost"}',
  '{"errors":["GPU lost"]}',
  '{"errors":[{"msg":"GPU lost"}]}',
  '{"status":"error","reason":"GPU lost"}',
  '{"aborted":"GPU lost"}',
])("a stream that ends with %s tells why, with any partial output", async (line) => {
  const { ollama, call } = await start();
  ollama.inject({ kind: "last-line", tokens: 2, line });
  const result = await call("ollama_generate", generate);
  expect(result).toMatchObject({
    error: {
      code: "OLLAMA_PROCESSING_ERROR",
      message: expect.stringContaining("GPU lost"),
      details: { partial: "ab" },
    },
  });
});

test.each([
  ["weekly-limit", "QUOTA_EXCEEDED"],
  ["payment-required", "QUOTA_EXCEEDED"],
  ["forbidden", "UNAUTHORIZED"],
] as const)("%s is %s", async (kind, code) => {
  const { ollama, call } = await start();
  ollama.inject({ kind });
  expect(await call("ollama_generate", generate)).toMatchObject({ error: { code } });
});

test("a limit on requests is the account's where the model runs in the cloud, and the server's own elsewhere", async () => {
  const { ollama, client } = await startCore({ models: [...models, { name: "kimi:cloud", cloud: true }] });
  ollama.inject({ kind: "rate-limited" });
  const codes = [];
  for (const model of ["kimi:cloud", "talker"])
    codes.push((await client.callTool("ollama_generate", { model, prompt: "hi" })).structuredContent?.error);
  expect(codes).toMatchObject([{ code: "QUOTA_EXCEEDED" }, { code: "OLLAMA_BUSY" }]);
});
