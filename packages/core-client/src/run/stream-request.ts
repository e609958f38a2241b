import type { CallOptions } from "@ollama-bridge/foundation";
import type { GenerationChunk } from "../api/generation-chunk.ts";
import type { OllamaClient } from "../api/ollama-client.ts";
import type { RunRequest } from "./model-runner.ts";

/**
 * Gives the chunks of a request's answer, from `/api/chat` for a conversation and from `/api/generate` for a prompt.
 * `truncate: false` because Ollama would otherwise drop the front of a prompt that is too long and say nothing.
 */
export function streamRequest(
  client: OllamaClient,
  request: RunRequest,
  options: CallOptions = {},
): AsyncGenerator<GenerationChunk, void, undefined> {
  const { model, prompt, messages, system, images, tools, format, think, keepAlive } = request;
  const shared = { model, format, think, options: request.options, keep_alive: keepAlive, truncate: false };
  if (messages === undefined) return client.generateStream({ ...shared, prompt, system, images }, options);
  const first = system === undefined ? [] : [{ role: "system" as const, content: system }];
  return client.chatStream({ ...shared, messages: [...first, ...messages], tools }, options);
}
