import { createCoreToolset } from "@ollama-bridge/core-client/toolset";
import type { Toolset } from "@ollama-bridge/server-kit";

/** Every server's toolset, over the same models. */
export function createToolsets(env: NodeJS.ProcessEnv): Toolset[] {
  return [createCoreToolset(env)];
}
