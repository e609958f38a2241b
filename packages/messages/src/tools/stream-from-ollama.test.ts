import type { ContractClient, ToolResult } from "@ollama-bridge/test-kit/contract";
import { expect, test } from "vitest";
import { startMessages } from "../../test/messages-server.ts";
import type { MessageAnswer } from "../message/envelope.ts";
import type { Message } from "../message/message.ts";
import type { MessageEvent } from "../message/message-events.ts";

const models = [
  { name: "llama3.2", answer: ["Paris", " is", " the", " capital", "."] },
  {
    name: "thinker",
    capabilities: ["completion", "thinking"],
    thinking: "Hm.",
    answer: "It is 42, I think.",
  },
  { name: "broken", answer: "```js\nlet a = 1;" },
];

interface Line {
  type?: string;
  response_type?: string;
  stream_id: string;
  event?: MessageEvent;
}

const dataOf = (result: ToolResult) => (result.structuredContent as { data: MessageAnswer }).data;

/** Calls the tool; `lines` grows while the answer is written. */
function stream(client: ContractClient, model: string, onLine: (line: Line) => void = () => undefined) {
  const lines: Line[] = [];
  const onProgress = ({ message = "" }: { message?: string }) => {
    const line = JSON.parse(message) as Line;
    lines.push(line);
    onLine(line);
  };
  const args = { input_text: "Capital of France?", model };
  return { lines, result: client.callTool("stream_from_ollama", args, { onProgress }) };
}

const eventsOf = (lines: Line[]) => lines.flatMap(({ event }) => event ?? []);
const textOf = (events: MessageEvent[]) =>
  events
    .map((event) =>
      event.type === "content_block_delta" && event.delta.type === "text_delta" ? event.delta.text : "",
    )
    .join("");

test("sends the events of a message in their order, each wrapped, and then the whole message", async () => {
  const { client } = await startMessages({ models });
  const { lines, result } = stream(client, "thinker");
  const data = dataOf(await result);
  const message = data.response_data as Message;
  expect(lines[0]).toMatchObject({
    type: "stream_start",
    message: { id: message.id, model: "thinker", content: [] },
  });
  expect(lines.at(-1)).toEqual({ type: "stream_end", stream_id: data.stream_id });
  for (const line of lines.slice(1, -1))
    expect(line).toEqual({
      mcp_version: "1.0",
      response_type: "stream_event",
      stream_id: data.stream_id,
      event: expect.any(Object),
      timestamp: expect.any(String),
    });
  const events = eventsOf(lines);
  expect(data.events).toBe(events.length);
  const kinds = events.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1]);
  expect(kinds).toEqual([
    "message_start",
    ...["content_block_start", "content_block_delta", "content_block_stop"],
    ...["content_block_start", "content_block_delta", "content_block_stop"],
    "message_delta",
    "message_stop",
  ]);
  expect(events[1]).toMatchObject({ index: 0, content_block: { type: "thinking" } });
  expect(events.at(-2)).toEqual({
    type: "message_delta",
    delta: { stop_reason: "end_turn", stop_sequence: null },
    usage: message.usage,
  });
  expect(message.content).toEqual([
    { type: "thinking", thinking: "Hm.", signature: "" },
    { type: "text", text: textOf(events) },
  ]);
});

test("sends an event before the next token is there", async () => {
  const { client, ollama } = await startMessages({ models });
  const pause = ollama.pauseBefore("token-2");
  const arrived = new Promise<void>((resolve) => {
    const { result } = stream(client, "llama3.2", ({ event }) => {
      if (event?.type === "content_block_delta") resolve();
    });
    result.catch(() => undefined);
  });
  await pause.reached;
  await arrived;
  pause.release();
});

test("what is put behind the text to repair it is an event too", async () => {
  const { client } = await startMessages({ models });
  const { lines, result } = stream(client, "broken");
  const { content } = dataOf(await result).response_data as Message;
  expect(content).toEqual([{ type: "text", text: "```js\nlet a = 1;\n```" }]);
  expect(textOf(eventsOf(lines))).toBe("```js\nlet a = 1;\n```");
});

test("an answer that breaks off ends the stream with an error, and the call too", async () => {
  const { client, ollama } = await startMessages({ models });
  ollama.inject({ kind: "error-after-tokens", tokens: 2 });
  const { lines, result } = stream(client, "llama3.2");
  expect((await result).structuredContent).toMatchObject({
    data: { response_type: "error", fallback_action: "PROCESS_IN_CLAUDE" },
    error: { code: "OLLAMA_PROCESSING_ERROR" },
  });
  expect(eventsOf(lines).at(-1)).toMatchObject({ type: "error", error: { type: "api_error" } });
  expect(lines.at(-1)).toMatchObject({ type: "stream_end" });
});

test("without anybody who listens only the result comes", async () => {
  const { client } = await startMessages({ models });
  const result = await client.callTool("stream_from_ollama", { input_text: "hi", model: "llama3.2" });
  expect(dataOf(result)).toMatchObject({ response_data: { content: [{ text: "Paris is the capital." }] } });
});

test.each([
  ["only a closing tag", ["Let me ", "see", ".\n</th", "ink>\n\n", "Paris", "."]],
  ["the tag thinking", ["<thin", "king>Let me see.</thinking>", "\n\nParis."]],
])("thinking that its server left in the answer is a block of its own: %s", async (_, answer) => {
  const capabilities = ["completion", "thinking"];
  const { client } = await startMessages({ models: [{ name: "loose", capabilities, thinking: "", answer }] });
  const { lines, result } = stream(client, "loose");
  const content = [
    { type: "thinking", thinking: "Let me see.", signature: "" },
    { type: "text", text: "Paris." },
  ];
  expect((dataOf(await result).response_data as Message).content).toEqual(content);
  expect(textOf(eventsOf(lines))).toBe("Paris.");
  const whole = await client.callTool("process_with_ollama", { input_text: "Capital?", model: "loose" });
  expect((dataOf(whole).response_data as Message).content).toEqual(content);
});
