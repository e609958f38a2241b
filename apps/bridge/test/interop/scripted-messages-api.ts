import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

/** What Claude Code asks its model, as far as tests look at it. */
export interface MessagesRequest {
  model: string;
  system?: unknown;
  messages: { role: string; content: string | ContentBlock[] }[];
  tools?: { name: string; description: string; input_schema: unknown }[];
}

export interface ContentBlock {
  type: string;
  tool_use_id?: string;
  is_error?: boolean;
  content?: unknown;
}

export interface ToolUse {
  name: string;
  input: Record<string, unknown>;
}

/** A model behind the Messages API on loopback that uses one tool once and then says that it is done. */
export interface ScriptedMessagesApi {
  url: string;
  /** What the model was asked with the tool at hand, in order. */
  requests: MessagesRequest[];
  close(): Promise<void>;
}

export const FINAL_ANSWER = "That is all.";

export async function startScriptedMessagesApi(toolUse: ToolUse): Promise<ScriptedMessagesApi> {
  const requests: MessagesRequest[] = [];
  const server = createServer(async (request, response) => {
    const path = request.url?.split("?")[0];
    if (request.method !== "POST" || path !== "/v1/messages") return void response.writeHead(404).end("{}");
    const body = (await json(request)) as MessagesRequest;
    // Side questions, for a title for instance, come without tools.
    const hasTool = body.tools?.some(({ name }) => name === toolUse.name) ?? false;
    if (hasTool) requests.push(body);
    if (hasTool && toolResult(body) === undefined) streamToolUse(response, body.model, toolUse);
    else streamText(response, body.model, FINAL_ANSWER);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The result of a tool that the last message of a request brings. */
export function toolResult(request: MessagesRequest | undefined): ContentBlock | undefined {
  const content = request?.messages.at(-1)?.content;
  return Array.isArray(content) ? content.find(({ type }) => type === "tool_result") : undefined;
}

function streamToolUse(response: ServerResponse, model: string, { name, input }: ToolUse): void {
  const block = { type: "tool_use", id: "toolu_1", name, input: {} };
  const delta = { type: "input_json_delta", partial_json: JSON.stringify(input) };
  streamBlock(response, model, block, delta, "tool_use");
}

function streamText(response: ServerResponse, model: string, text: string): void {
  const block = { type: "text", text: "" };
  streamBlock(response, model, block, { type: "text_delta", text }, "end_turn");
}

function streamBlock(
  response: ServerResponse,
  model: string,
  block: object,
  delta: object,
  stopReason: string,
): void {
  const message = {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 1, output_tokens: 1 },
  };
  const events = [
    { type: "message_start", message },
    { type: "content_block_start", index: 0, content_block: block },
    { type: "content_block_delta", index: 0, delta },
    { type: "content_block_stop", index: 0 },
    {
      type: "message_delta",
      delta: { stop_reason: stopReason, stop_sequence: null },
      usage: { output_tokens: 1 },
    },
    { type: "message_stop" },
  ];
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const event of events) response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  response.end();
}
