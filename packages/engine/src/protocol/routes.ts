import type { OllamaBackend } from "./backend.ts";
import { chat } from "./chat.ts";
import { embed, embeddings } from "./embed.ts";
import type { Exchange, Handler } from "./exchange.ts";
import { generate } from "./generate.ts";
import { copy, remove, show } from "./models.ts";
import { replyJson, replyText } from "./reply.ts";
import { create, pull, push } from "./transfers.ts";
import { webFetch, webSearch } from "./web.ts";

export type Route = {
  /** By HTTP method, in the order of the Allow header. */
  handlers: Record<string, Handler>;
  /** The method of the backend without which the path is unknown. */
  needs: keyof OllamaBackend;
};

const root: Handler = async ({ response }) =>
  replyText(response, 200, "text/plain; charset=utf-8", "Ollama is running");

const answer =
  (what: (exchange: Exchange) => object | Promise<object>): Handler =>
  async (exchange) =>
    replyJson(exchange.response, await what(exchange));

const version = answer(({ backend }) => ({ version: backend.version }));
const tags = answer(({ backend, call }) => backend.tags(call));
const ps = answer(({ backend, call }) => backend.ps(call));
const status = answer(({ backend, call }) => backend.status(call));
const me = answer(({ backend, call }) => backend.me(call));

const routes: Record<string, Route> = {
  "/": { handlers: { HEAD: root, GET: root }, needs: "version" },
  "/api/version": { handlers: { HEAD: version, GET: version }, needs: "version" },
  "/api/tags": { handlers: { HEAD: tags, GET: tags }, needs: "tags" },
  "/api/ps": { handlers: { GET: ps }, needs: "ps" },
  "/api/show": { handlers: { POST: show }, needs: "show" },
  "/api/generate": { handlers: { POST: generate }, needs: "generate" },
  "/api/chat": { handlers: { POST: chat }, needs: "chat" },
  "/api/embed": { handlers: { POST: embed }, needs: "embed" },
  "/api/embeddings": { handlers: { POST: embeddings }, needs: "embed" },
  "/api/pull": { handlers: { POST: pull }, needs: "pull" },
  "/api/push": { handlers: { POST: push }, needs: "push" },
  "/api/create": { handlers: { POST: create }, needs: "create" },
  "/api/copy": { handlers: { POST: copy }, needs: "copy" },
  "/api/delete": { handlers: { DELETE: remove }, needs: "delete" },
  "/api/status": { handlers: { GET: status }, needs: "status" },
  "/api/me": { handlers: { POST: me }, needs: "me" },
  "/api/web_search": { handlers: { POST: webSearch }, needs: "webSearch" },
  "/api/web_fetch": { handlers: { POST: webFetch }, needs: "webFetch" },
  "/api/experimental/web_search": { handlers: { POST: webSearch }, needs: "webSearch" },
  "/api/experimental/web_fetch": { handlers: { POST: webFetch }, needs: "webFetch" },
};

export function findRoute(backend: OllamaBackend, path: string): Route | undefined {
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  return route && backend[route.needs] !== undefined ? route : undefined;
}
