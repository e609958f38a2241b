import { coreErrors } from "../core-errors.ts";
import type { WebPage, WebResult } from "./ollama-api.ts";
import { OllamaClient } from "./ollama-client.ts";

/** Ollama's web search and page reader, which its cloud serves to those who have a key. */
export interface WebClient {
  search(query: string, maxResults: number, signal: AbortSignal): Promise<WebResult[]>;
  fetch(url: string, signal: AbortSignal): Promise<WebPage>;
  close(): Promise<void>;
}

const CLOUD_URL = "https://ollama.com";

export function createWebClient(apiKey: string | undefined, cloudUrl = CLOUD_URL): WebClient {
  const cloud = new OllamaClient({ name: "cloud", url: cloudUrl, apiKey });
  const requireKey = () => {
    if (apiKey) return;
    throw coreErrors.create("UNAUTHORIZED", "Web search needs a key of Ollama's cloud", {
      hint: "Set OLLAMA_API_KEY; a key is made on ollama.com under settings, keys.",
    });
  };
  return {
    async search(query, maxResults, signal) {
      requireKey();
      return cloud.webSearch({ query, max_results: maxResults }, { signal });
    },
    async fetch(url, signal) {
      requireKey();
      return cloud.webFetch({ url }, { signal });
    },
    close: () => cloud.close(),
  };
}
