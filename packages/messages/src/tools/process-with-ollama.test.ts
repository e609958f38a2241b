import type { ToolResult } from "@ollama-bridge/test-kit/contract";
import { expect, test } from "vitest";
import { startMessages } from "../../test/messages-server.ts";
import type { MessageAnswer, MessageMetadata } from "../message/envelope.ts";
import type { Message } from "../message/message.ts";

const code =
  "Here it is:\r\n\r\n~~~python  \r\ndef hello():\r\n\treturn 'Hello World'  \r\n~~~\r\n\r\nDone.  \n";
const models = [
  { name: "llama3.2", answer: "The capital of France is Paris." },
  { name: "coder", answer: code },
  { name: "broken", answer: "```js\nlet a = 1;" },
  {
    name: "thinker",
    capabilities: ["completion", "thinking"],
    thinking: "Well.",
    answer: "It is 42, I think.",
  },
  { name: "tagged", answer: "<think>\nWell.\n</think>\n\nIt is 42, I think." },
];

const dataOf = (result: ToolResult) => (result.structuredContent as { data: MessageAnswer }).data;
const messageOf = (result: ToolResult) =>
  dataOf(result).response_data as Message & { metadata: MessageMetadata };

async function start(responses: object = {}) {
  const { client, ollama } = await startMessages({ models }, {}, responses);
  const ask = (model: string | undefined, args: object = {}) =>
    client.callTool("process_with_ollama", { input_text: "Capital of France?", model, ...args });
  return { ask, ollama };
}

test("the answer has the shape of a message, tells the model that ran, and its text is the same as JSON", async () => {
  const { ask } = await start();
  const context = { user_id: "u", conversation_id: "c-1", parent_message_id: "msg_0" };
  const result = await ask("llama3.2", { context });
  const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  expect(dataOf(result)).toEqual({
    mcp_version: "1.0",
    response_type: "claude_compatible",
    response_data: {
      id: expect.stringMatching(/^msg_[0-9a-f]{24}$/),
      type: "message",
      role: "assistant",
      content: [{ type: "text", text: "The capital of France is Paris." }],
      model: "llama3.2",
      stop_reason: "end_turn",
      stop_sequence: null,
      usage: {
        input_tokens: expect.any(Number),
        output_tokens: expect.any(Number),
        total_tokens: expect.any(Number),
      },
      metadata: {
        source: "ollama_transformed",
        original_model: "llama3.2",
        instance: expect.any(String),
        transform_timestamp: timestamp,
        processing_time_ms: expect.any(Number),
        request_id: expect.stringMatching(/^req_/),
        conversation_id: "c-1",
        parent_message_id: "msg_0",
        created_at: timestamp,
        quality: ["completeness", "formatting", "code_validity", "language_quality", "response_length"].map(
          (check) => expect.objectContaining({ check, passed: true, repaired: false }),
        ),
      },
    },
    transport_metadata: {
      timestamp,
      source: "ollama_transformer",
      format_version: "claude_v1",
      integration: { name: "ollama-claude-bridge", version: "1.0.0" },
    },
  });
  const { usage, id } = messageOf(result);
  expect(usage.total_tokens).toBe(usage.input_tokens + usage.output_tokens);
  expect(JSON.parse(result.content[0]?.text ?? "")).toEqual(dataOf(result));
  expect(messageOf(await ask("llama3.2")).id).not.toBe(id);
});

test("code comes byte for byte", async () => {
  const { ask } = await start();
  expect(messageOf(await ask("coder")).content).toEqual([{ type: "text", text: code }]);
});

test.each(["thinker", "tagged"])("the thinking of %s is a block before the text", async (model) => {
  const { ask } = await start();
  expect(messageOf(await ask(model)).content).toEqual([
    { type: "thinking", thinking: "Well.", signature: "" },
    { type: "text", text: "It is 42, I think." },
  ]);
});

test("an answer that reached its limit of tokens, or a stop string, says so", async () => {
  const { ask, ollama } = await start();
  const limited = messageOf(await ask("llama3.2", { context: { max_tokens: 2 } }));
  expect(limited).toMatchObject({ stop_reason: "max_tokens", usage: { output_tokens: 2 } });
  expect(ollama.counters.log.at(-1)?.body).toMatchObject({ options: { num_predict: 2 } });
  const stopped = messageOf(await ask("llama3.2", { options: { stop: ["France", "is P"], seed: 1 } }));
  expect(stopped).toMatchObject({
    stop_reason: "stop_sequence",
    stop_sequence: "France",
    content: [{ text: "The capital of " }],
    metadata: { usage_estimated: true },
  });
  expect(stopped.usage.output_tokens).toBeGreaterThan(0);
  await ollama.until(({ totalInFlight }) => totalInFlight === 0);
});

test("an open fence is closed and named, unless the operator wants the text as it came", async () => {
  const { ask } = await start();
  const repaired = messageOf(await ask("broken"));
  expect(repaired.content).toEqual([{ type: "text", text: "```js\nlet a = 1;\n```" }]);
  expect(repaired.metadata.quality).toContainEqual(
    expect.objectContaining({ check: "formatting", passed: false, repaired: true }),
  );
  const asItCame = await start({ quality_assurance: { enabled: false } });
  expect(messageOf(await asItCame.ask("broken")).content).toEqual([
    { type: "text", text: "```js\nlet a = 1;" },
  ]);
});

test("another name may be given as model, and the one that ran is told all the same", async () => {
  const { ask } = await start({
    modelAlias: "house-model",
    response_formatting: { include_metadata: false },
  });
  expect(messageOf(await ask("llama3.2"))).toMatchObject({ model: "house-model" });
  expect(messageOf(await ask("llama3.2")).metadata).toEqual({
    source: "ollama_transformed",
    original_model: "llama3.2",
  });
});

test("Ollama's own shape, where the operator wants it", async () => {
  const { ask } = await start({ response_formatting: { mimic_claude: false } });
  expect(dataOf(await ask("llama3.2"))).toMatchObject({
    response_type: "ollama",
    response_data: { model: "llama3.2", response: "The capital of France is Paris.", done: true },
  });
});

test("in strict mode an answer that fails a check is an error", async () => {
  const { ask } = await start({ validation: { strict_mode: true } });
  const result = await ask("llama3.2", { context: { max_tokens: 2 } });
  expect(result.structuredContent).toMatchObject({
    data: { response_type: "error" },
    error: { code: "OLLAMA_PROCESSING_ERROR", details: { partial: expect.stringContaining("The") } },
  });
});

test.each([
  [{ model: "llama3" }, "MODEL_NOT_FOUND", /Nearest installed: llama3\.2/],
  [{}, "MODEL_NOT_FOUND", /Name a model/],
  [{ model: "llama3.2", input_text: " " }, "INVALID_PROMPT", /empty/],
  [{ model: "llama3.2", context: { conversation_id: "" } }, "VALIDATION_ERROR", /context\.conversation_id/],
])("a call that fails says so in the shape too: %j", async (args, code, text) => {
  const { ask } = await start();
  const result = await ask(undefined, args);
  expect(result.isError).toBe(true);
  expect(dataOf(result)).toEqual({
    mcp_version: "1.0",
    response_type: "error",
    error: { type: "processing_error", message: expect.any(String), code },
    fallback_action: "PROCESS_IN_CLAUDE",
  });
  expect(result.structuredContent).toMatchObject({ error: { code } });
  expect(result.content[0]?.text).toMatch(text);
  expect(result.content[0]?.text).toContain("PROCESS_IN_CLAUDE");
});

test("a long answer is cut so that its text is still JSON", async () => {
  const { client } = await startMessages({
    models: [
      { name: "long", answer: Array.from({ length: 9_000 }, (_, day) => `Day ${day} is well. `).join("") },
    ],
  });
  const result = await client.callTool("process_with_ollama", { input_text: "Go on", model: "long" });
  expect(JSON.parse(result.content[0]?.text ?? "")).toEqual(dataOf(result));
  expect(result.structuredContent).toMatchObject({ metadata: { truncatedForSize: true } });
});

test("an answer that repeats itself for ever ends at max_tokens", async () => {
  const { client } = await startMessages({
    models: [{ name: "small", answer: Array(5_000).fill(" again") }],
  });
  for (const tool of ["process_with_ollama", "stream_from_ollama"]) {
    const result = await client.callTool(tool, { input_text: "hi", model: "small" });
    expect(messageOf(result)).toMatchObject({ stop_reason: "max_tokens" });
  }
});
