import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { OllamaBackend } from "./backend.ts";
import { toHttpError } from "./errors.ts";
import { replyJson, replyText } from "./reply.ts";
import { findRoute } from "./routes.ts";

/**
 * Makes an HTTP server that answers as Ollama does, with what the backend gives. It does not listen yet.
 *
 * @example
 * import { createOllamaServer } from "@ollama-bridge/engine/protocol";
 *
 * const server = createOllamaServer({
 *   version: "0.25.0",
 *   find: async () => ({ capabilities: ["completion"] }),
 *   tags: async () => ({ models: [] }),
 *   load: async () => {},
 *   unload: async () => {},
 *   async *generate({ prompt = "" }) {
 *     yield { response: prompt.toUpperCase() };
 *     yield { done: true, done_reason: "stop" };
 *   },
 *   async *chat() {
 *     yield { message: { role: "assistant", content: "Hello." } };
 *     yield { done: true, done_reason: "stop" };
 *   },
 * });
 * server.listen(11434, "127.0.0.1");
 */
export function createOllamaServer(backend: OllamaBackend): Server {
  return createServer((request, response) => void answer(backend, request, response));
}

async function answer(
  backend: OllamaBackend,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const closed = new AbortController();
  response.once("close", () => response.writableFinished || closed.abort());
  const [path = "/"] = (request.url ?? "/").split("?");
  const route = findRoute(backend, path);
  if (!route) return replyText(response, 404, "text/plain", "404 page not found");
  const handler = route.handlers[request.method ?? "GET"];
  if (!handler) {
    response.setHeader("allow", Object.keys(route.handlers).join(", "));
    return replyText(response, 405, "text/plain", "405 method not allowed");
  }
  const { signal } = closed;
  try {
    // A route is only found where the backend has the method that its handler uses.
    const complete = backend as Required<OllamaBackend>;
    await handler({ request, response, backend: complete, call: { signal, headers: request.headers } });
  } catch (thrown) {
    if (signal.aborted) return;
    const error = toHttpError(thrown);
    if (response.headersSent) response.destroy();
    else replyJson(response, { error: error.message, ...error.fields }, error.status);
  }
}
