import {
  createLogger,
  logSection,
  type Settings,
  type ToolDefinition,
  type Toolset,
} from "@ollama-bridge/server-kit";
import { memorySection } from "./config.ts";
import { commandArguments } from "./external/find-external.ts";
import { Memory } from "./memory.ts";
import type { MemoryDeps } from "./memory-deps.ts";
import { memoryResources } from "./memory-resources.ts";
import { ownEmbedding } from "./own-embedding.ts";
import type { Embed } from "./search/embedder.ts";
import { forget } from "./tools/forget.ts";
import { recall } from "./tools/recall.ts";
import { rememberConsult } from "./tools/remember-consult.ts";
import { searchMemories } from "./tools/search-memories.ts";

export { memorySection } from "./config.ts";
export { Memory, type MemoryCall } from "./memory.ts";
export type { MemoryDeps } from "./memory-deps.ts";
export type { Embed } from "./search/embedder.ts";
export { rememberConsult } from "./tools/remember-consult.ts";

const tools: ToolDefinition<MemoryDeps>[] = [rememberConsult, recall, searchMemories, forget];

/** What the memory needs of others; the bridge gives its fleet's. */
export interface MemoryPorts {
  /** Makes vectors with the configured `embed_model`. */
  embed: Embed;
}

/** Memory as tools. Without ports, vectors come from the one Ollama of the environment; nothing is opened before a call. */
export function createMemoryToolset(settings: Settings, ports?: MemoryPorts): Toolset<MemoryDeps> {
  const memorySettings = settings.read(memorySection);
  commandArguments(settings.env.MEMORY_MCP_ARGS); // what is wrong with them is told at the start
  const own = ownEmbedding(settings, memorySettings.embed_model);
  const memory = new Memory(settings, memorySettings, {
    embed: (ports ?? own).embed,
    log: createLogger(settings.read(logSection).level),
  });
  return {
    name: "memory",
    tools,
    ...memoryResources,
    deps: { memory },
    async close() {
      await memory.close();
      await own.close();
    },
  };
}
