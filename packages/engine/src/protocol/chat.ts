import type { ChatPiece } from "./backend.ts";
import { type Fields, readBody } from "./body.ts";
import { OllamaHttpError } from "./errors.ts";
import { type Exchange, findModel, type Handler, requireCapabilities } from "./exchange.ts";
import { checkFormat } from "./format.ts";
import { keepAliveMs } from "./keep-alive.ts";
import { replyLines } from "./ndjson.ts";
import { checkOptions } from "./options.ts";
import { replyJson, timestamp } from "./reply.ts";
import type { ChatAnswer } from "./wire-answers.ts";
import type { ChatMessage, ChatRequest, ToolCall } from "./wire-requests.ts";

const fields: Fields = {
  model: "string",
  messages: "objects",
  tools: "objects",
  stream: "bool",
  options: "object",
  truncate: "bool",
  shift: "bool",
};

export const chat: Handler = async (exchange) => {
  const { request, response, backend, call } = exchange;
  const body = await readBody<ChatRequest>(request, "ChatRequest", fields);
  if (!body.model) throw new OllamaHttpError(400, "model is required");
  const { model } = body;
  const found = await findModel(exchange, model);
  const messages = (body.messages ?? []).map(checkMessage);
  if (!messages.length && body.keep_alive !== undefined && keepAliveMs(body.keep_alive) === 0) {
    await backend.unload(body, call);
    return replyDone(exchange, model, "unload");
  }
  requireCapabilities(found, model, body);
  checkOptions(body.options);
  checkFormat(body.format);
  if (!messages.length) {
    await backend.load(body, call);
    return replyDone(exchange, model, "load");
  }
  const pieces = backend.chat({ ...body, messages }, call);
  if (body.stream ?? true) return replyLines(response, toLines(model, pieces), call.signal);
  replyJson(response, await collect(model, pieces));
};

function checkMessage(message: ChatMessage): ChatMessage {
  const { role = "", content = "" } = message;
  for (const [field, value] of Object.entries({ role, content }))
    if (typeof value !== "string")
      throw new OllamaHttpError(
        400,
        `json: cannot unmarshal ${typeof value} into Go struct field Message.messages.${field} of type string`,
      );
  return { ...message, role, content };
}

const said = (content: string): ChatMessage => ({ role: "assistant", content });

function replyDone({ response }: Exchange, model: string, done_reason: "load" | "unload"): void {
  replyJson(response, { model, created_at: timestamp(), message: said(""), done: true, done_reason });
}

async function* toLines(model: string, pieces: AsyncIterable<ChatPiece>): AsyncGenerator<ChatAnswer> {
  for await (const piece of pieces) {
    const message = piece.done ? said("") : { ...said(""), ...piece.message };
    yield { model, created_at: timestamp(), done: false, ...piece, message };
  }
}

async function collect(model: string, pieces: AsyncIterable<ChatPiece>): Promise<ChatAnswer> {
  let content = "";
  let thinking = "";
  const toolCalls: ToolCall[] = [];
  let end = {};
  for await (const piece of pieces) {
    if (piece.done) end = piece;
    else {
      content += piece.message.content ?? "";
      thinking += piece.message.thinking ?? "";
      toolCalls.push(...(piece.message.tool_calls ?? []));
    }
  }
  const message = {
    ...said(content),
    ...(thinking ? { thinking } : {}),
    ...(toolCalls.length ? { tool_calls: toolCalls } : {}),
  };
  return { model, created_at: timestamp(), message, done: false, ...end };
}
