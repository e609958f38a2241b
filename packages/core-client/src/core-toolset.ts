import { readSection, type Toolset } from "@ollama-bridge/server-kit";
import { defaultInstance, limitsSection } from "./config.ts";
import type { CoreDeps } from "./core-deps.ts";
import { OllamaClient } from "./ollama-client.ts";
import { singleInstanceRunner } from "./single-instance-runner.ts";
import { ollamaGenerate } from "./tools/ollama-generate.ts";
import { ollamaListModels } from "./tools/ollama-list-models.ts";

export { environmentAddress } from "./config.ts";

export const coreTools = [ollamaGenerate, ollamaListModels];

/** Ollama's own calls as tools, on the instance that the environment names. Nothing is connected before a call. */
export function createCoreToolset(env: NodeJS.ProcessEnv): Toolset<CoreDeps> {
  const limits = readSection(limitsSection, env);
  const client = new OllamaClient(defaultInstance(env));
  const runner = singleInstanceRunner(client, { maxConcurrent: limits.max_concurrent_requests });
  return { name: "core", tools: coreTools, deps: { runner, limits }, close: () => client.close() };
}
