import { type Fields, readBody } from "./body.ts";
import { modelNotFoundToCopy, OllamaHttpError } from "./errors.ts";
import { findModel, type Handler } from "./exchange.ts";
import { replyEmpty, replyJson } from "./reply.ts";
import type { CopyRequest, DeleteRequest, ShowRequest } from "./wire-requests.ts";

const named: Fields = { model: "string", name: "string", verbose: "bool", options: "object" };

/** The model's name; older clients call it `name`. */
export const nameOf = (body: { model?: string; name?: string }): string => body.model || body.name || "";

export const show: Handler = async (exchange) => {
  const { request, response, backend, call } = exchange;
  const body = await readBody<ShowRequest & { name?: string }>(request, "ShowRequest", named);
  const model = nameOf(body);
  if (!model) throw new OllamaHttpError(400, "model is required");
  await findModel(exchange, model);
  replyJson(response, await backend.show({ ...body, model }, call));
};

export const copy: Handler = async (exchange) => {
  const { request, response, backend, call } = exchange;
  const body = await readBody<CopyRequest>(request, "CopyRequest", {
    source: "string",
    destination: "string",
  });
  for (const end of ["source", "destination"] as const)
    if (!body[end]) throw new OllamaHttpError(400, `${end} ${JSON.stringify(body[end] ?? "")} is invalid`);
  await findModel(exchange, body.source, modelNotFoundToCopy);
  await backend.copy(body, call);
  replyEmpty(response);
};

export const remove: Handler = async (exchange) => {
  const { request, response, backend, call } = exchange;
  const body = await readBody<DeleteRequest & { name?: string }>(request, "DeleteRequest", named);
  const model = nameOf(body);
  if (!model) throw new OllamaHttpError(400, `name "" is invalid`);
  await findModel(exchange, model);
  await backend.delete({ model }, call);
  replyEmpty(response);
};
