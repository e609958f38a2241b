import { type Fields, readBody } from "./body.ts";
import { modelNotFoundToEmbed, OllamaHttpError } from "./errors.ts";
import { findModel, type Handler } from "./exchange.ts";
import { checkOptions } from "./options.ts";
import { replyJson } from "./reply.ts";
import type { EmbedAnswer } from "./wire-answers.ts";
import type { EmbedRequest } from "./wire-requests.ts";

const fields: Fields = {
  model: "string",
  input: "any",
  prompt: "string",
  truncate: "bool",
  dimensions: "int",
  options: "object",
};

type Body = Omit<EmbedRequest, "input"> & { input?: unknown; prompt?: string };

export const embed: Handler = async (exchange) => {
  const { request, response, backend, call } = exchange;
  const { model = "", ...body } = await readBody<Body>(request, "EmbedRequest", fields);
  const input = texts(body.input);
  await findModel(exchange, model, modelNotFoundToEmbed);
  checkOptions(body.options);
  if (!input.length) {
    await backend.load({ ...body, model }, call);
    return replyJson(response, { model, embeddings: [] } satisfies EmbedAnswer);
  }
  const { embeddings, ...metrics } = await backend.embed({ ...body, model, input }, call);
  const unit = embeddings.map((vector) =>
    normalized(body.dimensions ? vector.slice(0, body.dimensions) : vector),
  );
  replyJson(response, { model, embeddings: unit, ...metrics } satisfies EmbedAnswer);
};

/** `/api/embeddings`, the older way: one text, its vector as the model gave it. */
export const embeddings: Handler = async (exchange) => {
  const { request, response, backend, call } = exchange;
  const { model = "", prompt, ...body } = await readBody<Body>(request, "EmbeddingRequest", fields);
  await findModel(exchange, model, modelNotFoundToEmbed);
  checkOptions(body.options);
  if (!prompt) {
    await backend.load({ ...body, model }, call);
    return replyJson(response, { embedding: [] });
  }
  const embedded = await backend.embed({ ...body, model, input: [prompt] }, call);
  replyJson(response, { embedding: embedded.embeddings[0] ?? [] });
};

function texts(input: unknown): string[] {
  if (input === undefined || input === "") return [];
  if (typeof input === "string") return [input];
  if (Array.isArray(input) && input.every((text) => typeof text === "string")) return input;
  throw new OllamaHttpError(400, "invalid input type");
}

/** Scaled to length 1, with the nine digits that a 32-bit number has. */
function normalized(vector: number[]): number[] {
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => Number((value / length).toPrecision(9)));
}
