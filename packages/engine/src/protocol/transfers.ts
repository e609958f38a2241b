import { type Fields, readBody } from "./body.ts";
import { OllamaHttpError, toHttpError } from "./errors.ts";
import type { Exchange, Handler } from "./exchange.ts";
import { nameOf } from "./models.ts";
import { replyLines } from "./ndjson.ts";
import { plainJson, replyJson } from "./reply.ts";
import type { ProgressLine } from "./wire-answers.ts";
import type { CreateRequest, TransferRequest } from "./wire-requests.ts";

const fields: Fields = {
  model: "string",
  name: "string",
  insecure: "bool",
  stream: "bool",
  from: "string",
  system: "string",
  template: "string",
  parameters: "object",
  messages: "objects",
  quantize: "string",
};

/** Pull, push and create: lines of progress, or only the last one where no stream is wanted. */
const transfer =
  (
    type: string,
    start: (body: TransferRequest & CreateRequest, exchange: Exchange) => AsyncIterable<ProgressLine>,
  ): Handler =>
  async (exchange) => {
    const { request, response, call } = exchange;
    const body = await readBody<TransferRequest & CreateRequest & { name?: string }>(request, type, fields);
    const model = nameOf(body);
    if (!model)
      throw new OllamaHttpError(400, type === "PushRequest" ? "model is required" : "invalid model name");
    const lines = start({ ...body, model }, exchange);
    if (body.stream ?? true) return replyLines(response, lines, call.signal);
    try {
      let last: ProgressLine | undefined;
      for await (const line of lines) last = line;
      if (last?.status !== "success") throw new OllamaHttpError(500, "unexpected end of progress response");
      replyJson(response, last, 200, plainJson);
    } catch (thrown) {
      if (call.signal.aborted) return;
      const error = toHttpError(thrown);
      replyJson(response, { error: error.message, ...error.fields }, error.status, plainJson);
    }
  };

export const pull = transfer("PullRequest", (body, { backend, call }) => backend.pull(body, call));
export const push = transfer("PushRequest", (body, { backend, call }) => backend.push(body, call));
export const create = transfer("CreateRequest", (body, { backend, call }) => backend.create(body, call));
