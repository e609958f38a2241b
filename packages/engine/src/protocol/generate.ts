import type { GeneratePiece } from "./backend.ts";
import { type Fields, readBody } from "./body.ts";
import { OllamaHttpError } from "./errors.ts";
import { type Exchange, findModel, type Handler, requireCapabilities } from "./exchange.ts";
import { checkFormat } from "./format.ts";
import { keepAliveMs } from "./keep-alive.ts";
import { replyLines } from "./ndjson.ts";
import { checkOptions } from "./options.ts";
import { replyJson, timestamp } from "./reply.ts";
import type { GenerateAnswer } from "./wire-answers.ts";
import type { GenerateRequest } from "./wire-requests.ts";

const fields: Fields = {
  model: "string",
  prompt: "string",
  suffix: "string",
  system: "string",
  template: "string",
  context: "ints",
  stream: "bool",
  raw: "bool",
  images: "strings",
  options: "object",
  truncate: "bool",
  shift: "bool",
};

export const generate: Handler = async (exchange) => {
  const { request, response, backend, call } = exchange;
  const body = await readBody<GenerateRequest>(request, "GenerateRequest", fields);
  const { model = "" } = body;
  const found = await findModel(exchange, model);
  const empty = !body.prompt && !body.images?.length;
  if (empty && body.keep_alive !== undefined && keepAliveMs(body.keep_alive) === 0) {
    await backend.unload(body, call);
    return replyDone(exchange, model, "unload");
  }
  if (body.raw && (body.template || body.system || body.context?.length))
    throw new OllamaHttpError(400, "raw mode does not support template, system, or context");
  requireCapabilities(found, model, body);
  checkOptions(body.options);
  checkFormat(body.format);
  if (empty) {
    await backend.load(body, call);
    return replyDone(exchange, model, "load");
  }
  const pieces = backend.generate(body, call);
  if (body.stream ?? true) return replyLines(response, toLines(model, pieces), call.signal);
  replyJson(response, await collect(model, pieces));
};

function replyDone({ response }: Exchange, model: string, done_reason: "load" | "unload"): void {
  replyJson(response, { model, created_at: timestamp(), response: "", done: true, done_reason });
}

async function* toLines(model: string, pieces: AsyncIterable<GeneratePiece>): AsyncGenerator<GenerateAnswer> {
  for await (const piece of pieces) {
    yield { model, created_at: timestamp(), response: "", done: false, ...piece };
  }
}

async function collect(model: string, pieces: AsyncIterable<GeneratePiece>): Promise<GenerateAnswer> {
  let response = "";
  let thinking = "";
  let end: GeneratePiece = {};
  for await (const piece of pieces) {
    if (piece.done) end = piece;
    else {
      response += piece.response ?? "";
      thinking += piece.thinking ?? "";
    }
  }
  const thought = thinking ? { thinking } : {};
  return { model, created_at: timestamp(), response, ...thought, done: false, ...end };
}
