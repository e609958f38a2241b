import Anthropic from "@anthropic-ai/sdk";
import { OllamaClient } from "@ollama-bridge/core-client";
import { createTestOllama } from "@ollama-bridge/test-kit";
import { expect, onTestFinished, test } from "vitest";
import { streamMessage, toServerSentEvents } from "./message-stream.ts";

const weather = [{ function: { name: "weather", arguments: { city: "Paris" } } }];
const tools = [{ type: "function", function: { name: "weather", parameters: { type: "object" } } }];
const models = [
  { name: "llama3.2", answer: ["Grüße", " aus", " 東京", " 🚀"] },
  { name: "thinker", capabilities: ["completion", "thinking"], thinking: "Hm.", answer: "42" },
  { name: "caller", capabilities: ["completion", "tools"], tool_calls: weather },
];

async function start() {
  const ollama = await createTestOllama({ models });
  const client = new OllamaClient({ name: "test", url: ollama.url });
  onTestFinished(async () => {
    await client.close();
    await ollama.close();
  });
  const bytesOf = (model: string) =>
    toServerSentEvents(
      streamMessage(client, { model, messages: [{ role: "user", content: "hi" }], tools: [] }),
    );
  return { ollama, client, bytesOf };
}

/** The official client, whose server is the stream. */
function anthropic(body: ReadableStream<Uint8Array>) {
  const headers = { "content-type": "text/event-stream" };
  const client = new Anthropic({ apiKey: "none", fetch: async () => new Response(body, { headers }) });
  return client.messages.stream({
    model: "any",
    max_tokens: 100,
    messages: [{ role: "user", content: "hi" }],
  });
}

test("the official client reads the events, and comes to the same message", async () => {
  const { bytesOf } = await start();
  const stream = anthropic(bytesOf("llama3.2"));
  const texts: string[] = [];
  stream.on("text", (text) => texts.push(text));
  expect(await stream.finalMessage()).toMatchObject({
    id: expect.stringMatching(/^msg_/),
    type: "message",
    role: "assistant",
    model: "llama3.2",
    content: [{ type: "text", text: "Grüße aus 東京 🚀" }],
    stop_reason: "end_turn",
    usage: { output_tokens: expect.any(Number) },
  });
  expect(texts).toEqual(["Grüße", " aus", " 東京", " 🚀"]);
});

test("the official client reads thinking and calls of tools", async () => {
  const { client, bytesOf } = await start();
  expect((await anthropic(bytesOf("thinker")).finalMessage()).content).toMatchObject([
    { type: "thinking", thinking: "Hm." },
    { type: "text", text: "42" },
  ]);
  const request = { model: "caller", messages: [{ role: "user" as const, content: "hi" }], tools };
  const called = await anthropic(toServerSentEvents(streamMessage(client, request))).finalMessage();
  expect(called).toMatchObject({
    content: [{ type: "tool_use", name: "weather", input: { city: "Paris" } }],
    stop_reason: "tool_use",
  });
});

test("who stops reading stops Ollama", async () => {
  const { ollama, bytesOf } = await start();
  const pause = ollama.pauseBefore("token-3");
  const reader = bytesOf("llama3.2").getReader();
  await reader.read();
  await pause.reached;
  await reader.cancel();
  await ollama.until(({ aborted, totalInFlight }) => aborted === 1 && totalInFlight === 0);
  pause.release();
});
