import type { RunRequest } from "./model-runner.ts";

/**
 * The body of `/api/generate` or `/api/chat`. `truncate: false` because Ollama would otherwise drop the front of a
 * prompt that is too long and say nothing.
 */
export function requestBody(request: RunRequest): { path: "generate" | "chat"; body: object } {
  const { model, prompt, messages, system, images, tools, format, think, options, keepAlive } = request;
  const shared = { model, format, think, options, keep_alive: keepAlive, truncate: false };
  if (messages === undefined)
    return { path: "generate", body: defined({ ...shared, prompt, system, images }) };
  const conversation = system === undefined ? messages : [{ role: "system", content: system }, ...messages];
  return { path: "chat", body: defined({ ...shared, messages: conversation, tools }) };
}

function defined(fields: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
