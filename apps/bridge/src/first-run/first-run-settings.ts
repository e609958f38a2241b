import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadSettings } from "@ollama-bridge/server-kit";

/** The category that `route_task` is shown with: the built-in ones name models that few machines have. */
const FIRST_RUN_CATEGORY = "first-run";
/** The one that is shown where the operator's own configuration holds. */
const BUILT_IN_CATEGORY = "fast";

export interface FirstRunSettings {
  env: Record<string, string>;
  /** A category to route by. */
  category: string;
}

/**
 * What the server of a first run is started with: the Ollama that was found, a memory that goes with `folder`, and, unless
 * the operator has a configuration file, one that makes a category of the models there are.
 */
export async function firstRunSettings(
  { url, models }: { url: string; models: string[] },
  folder: string,
): Promise<FirstRunSettings> {
  const { file } = await loadSettings({ env: process.env });
  const config = join(folder, "ollama-bridge.config.json");
  const category = { description: "What a first run asks", models };
  await writeFile(config, JSON.stringify({ routing: { categories: { [FIRST_RUN_CATEGORY]: category } } }));
  const memory = { MEMORY_DIR: folder, MEMORY_URL: "", REMEMBER_MCP_CONFIG: "", MEMORY_MCP_CMD: "" };
  const env = { OLLAMA_BASE_URL: url, ...memory };
  // A file that was found stays found: naming it here would trust what a project's file says.
  if (file !== undefined) return { env, category: BUILT_IN_CATEGORY };
  return { env: { ...env, BRIDGE_CONFIG: config }, category: FIRST_RUN_CATEGORY };
}
