import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { McpProcess } from "./mcp-process.ts";

const built = (path: string) => fileURLToPath(new URL(`../../${path}/dist/bin.js`, import.meta.url));
const peer = createRequire(import.meta.url).resolve("ollama-mcp/dist/index.js");

/** Starts a server on this Ollama. */
export type StartServer = (ollamaUrl: string) => McpProcess;

const ours =
  (path: string) =>
  (ollamaUrl: string, args: string[] = [], env: Record<string, string> = {}): McpProcess =>
    new McpProcess([built(path), ...args], { OLLAMA_BASE_URL: ollamaUrl, ...env });

/** Ours, the least that a server on the same SDK can cost, and the most used single-host server. */
export const servers = {
  bridge: ours("apps/bridge"),
  core: ours("packages/core-client"),
  floor: ours("bench/floor"),
  peer: (ollamaUrl: string) => new McpProcess([peer], { OLLAMA_HOST: ollamaUrl }),
} satisfies Record<string, StartServer>;

export const peerName = "ollama-mcp 2.1.0";
