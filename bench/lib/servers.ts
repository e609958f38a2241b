import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { McpProcess } from "./mcp-process.ts";

const bridge = fileURLToPath(new URL("../../apps/bridge/dist/bin.js", import.meta.url));
const peer = createRequire(import.meta.url).resolve("ollama-mcp/dist/index.js");

/** The bridge and the most used single-host server beside it, on the same Ollama. */
export const servers = {
  bridge: (ollamaUrl: string, args: string[] = [], env: Record<string, string> = {}) =>
    new McpProcess([bridge, ...args], { OLLAMA_BASE_URL: ollamaUrl, ...env }),
  peer: (ollamaUrl: string) => new McpProcess([peer], { OLLAMA_HOST: ollamaUrl }),
};

export const peerName = "ollama-mcp 2.1.0";
