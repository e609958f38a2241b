import { readBody } from "./body.ts";
import { OllamaHttpError } from "./errors.ts";
import type { Handler } from "./exchange.ts";
import { replyJson } from "./reply.ts";
import type { WebFetchRequest, WebSearchRequest } from "./wire-requests.ts";

export const webSearch: Handler = async ({ request, response, backend, call }) => {
  const fields = { query: "string", max_results: "int" } as const;
  const body = await readBody<WebSearchRequest>(request, "WebSearchRequest", fields);
  if (!body.query) throw new OllamaHttpError(400, "query is required");
  replyJson(response, await backend.webSearch(body, call));
};

export const webFetch: Handler = async ({ request, response, backend, call }) => {
  const body = await readBody<WebFetchRequest>(request, "WebFetchRequest", { url: "string" });
  if (!body.url) throw new OllamaHttpError(400, "url is required");
  replyJson(response, await backend.webFetch(body, call));
};
