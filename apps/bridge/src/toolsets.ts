import { createCoreToolset } from "@ollama-bridge/core-client/toolset";
import type { Settings, Toolset } from "@ollama-bridge/server-kit";

/** Every server's toolset, over the same models. */
export function createToolsets(settings: Settings): Toolset[] {
  return [createCoreToolset(settings)];
}
