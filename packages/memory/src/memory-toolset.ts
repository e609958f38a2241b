import { coreErrors } from "@ollama-bridge/core-client";
import {
  createLogger,
  logSection,
  type Settings,
  type ToolDefinition,
  type Toolset,
} from "@ollama-bridge/server-kit";
import { storageErrors } from "@ollama-bridge/storage/errors";
import { memorySection } from "./config.ts";
import { commandArguments } from "./external/find-external.ts";
import type { MemoryDependencies } from "./memory-dependencies.ts";
import { memoryErrors } from "./memory-errors.ts";
import { memoryResources } from "./memory-resources.ts";
import type { Embed } from "./search/embedder.ts";
import { ownEmbedding } from "./search/own-embedding.ts";
import { Memory } from "./store/memory.ts";
import { forget } from "./tools/forget.ts";
import { recall } from "./tools/recall.ts";
import { rememberConsult } from "./tools/remember-consult.ts";
import { searchMemories } from "./tools/search-memories.ts";

export { memorySection } from "./config.ts";
export { driverHint } from "./driver-hint.ts";
export type { MemoryDependencies } from "./memory-dependencies.ts";
export type { Embed } from "./search/embedder.ts";
export { Memory, type MemoryCall } from "./store/memory.ts";
export { rememberConsult } from "./tools/remember-consult.ts";

const tools: ToolDefinition<MemoryDependencies>[] = [rememberConsult, recall, searchMemories, forget];

/** What the memory needs of others; the bridge gives its fleet's. */
export interface MemoryToolsetDependencies {
  /** Makes vectors with the configured `embed_model`; absent: the one Ollama of the environment does. */
  embed?: Embed;
  /** How the server that these tools are part of is started with the driver of Postgres. */
  driverHint?: string;
}

/**
 * Makes tools of a memory; nothing is opened before a call.
 *
 * @example
 * import { serveProgram } from "@ollama-bridge/server-kit";
 * import { createMemoryToolset, memorySection } from "@ollama-bridge/memory/toolset";
 *
 * await serveProgram({
 *   info: { name: "my-models", title: "My models", version: "1.0.0" },
 *   sections: [memorySection],
 *   toolsets: (settings) => [createMemoryToolset(settings)],
 * });
 */
export function createMemoryToolset(
  settings: Settings,
  { embed, driverHint }: MemoryToolsetDependencies = {},
): Toolset<MemoryDependencies> {
  const memorySettings = settings.read(memorySection);
  commandArguments(settings.env.MEMORY_MCP_ARGS); // what is wrong with them is told at the start
  const own = ownEmbedding(settings, memorySettings.embed_model);
  const memory = new Memory(settings, memorySettings, {
    embed: embed ?? own.embed,
    driverHint,
    log: createLogger(settings.read(logSection).level),
  });
  return {
    name: "memory",
    tools,
    errors: [memoryErrors, storageErrors, coreErrors],
    ...memoryResources,
    dependencies: { memory },
    async close() {
      await memory.close();
      await own.close();
    },
  };
}
