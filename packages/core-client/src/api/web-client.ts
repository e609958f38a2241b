import type { CallOptions } from "@ollama-bridge/foundation";
import { coreErrors } from "../core-errors.ts";
import type { WebFetchRequest, WebPage, WebResult, WebSearchRequest } from "./ollama-api.ts";
import { OllamaClient } from "./ollama-client.ts";

/** Ollama's web search and page reader, which its cloud serves to those who have a key. */
export interface WebClient {
  search(request: WebSearchRequest, options?: CallOptions): Promise<WebResult[]>;
  fetch(request: WebFetchRequest, options?: CallOptions): Promise<WebPage>;
  close(): Promise<void>;
}

const CLOUD_URL = "https://ollama.com";

/**
 * Makes the client of the cloud's web search. Without a key every call throws BridgeError UNAUTHORIZED.
 *
 * @example
 * import { createWebClient } from "@ollama-bridge/core-client";
 *
 * const web = createWebClient(process.env.OLLAMA_API_KEY);
 * const found = await web.search({ query: "ollama release notes" }, { timeoutMs: 20_000 });
 */
export function createWebClient(apiKey: string | undefined, cloudUrl = CLOUD_URL): WebClient {
  const cloud = new OllamaClient({ name: "cloud", url: cloudUrl, apiKey });
  const requireKey = () => {
    if (apiKey) return;
    throw coreErrors.create("UNAUTHORIZED", "Web search needs a key of Ollama's cloud", {
      hint: "Set OLLAMA_API_KEY; a key is made on ollama.com under settings, keys.",
    });
  };
  return {
    async search(request, options) {
      requireKey();
      return cloud.webSearch(request, options);
    },
    async fetch(request, options) {
      requireKey();
      return cloud.webFetch(request, options);
    },
    close: () => cloud.close(),
  };
}
