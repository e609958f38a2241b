import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadSettings } from "@ollama-bridge/server-kit";

/** The category that `route_task` is shown with: the built-in ones name models that few machines have. */
export const FIRST_RUN_CATEGORY = "first-run";

/**
 * What the server of a first run is started with: the Ollama that was found, a memory that goes with `folder`, and, unless
 * the operator has a configuration file, one that makes a category of the models there are.
 */
export async function firstRunEnvironment(
  { url, models }: { url: string; models: string[] },
  folder: string,
): Promise<Record<string, string>> {
  const { file } = await loadSettings({ env: process.env });
  const config = join(folder, "ollama-bridge.config.json");
  const category = { description: "What a first run asks", models };
  await writeFile(config, JSON.stringify({ routing: { categories: { [FIRST_RUN_CATEGORY]: category } } }));
  return {
    OLLAMA_BASE_URL: url,
    BRIDGE_CONFIG: file ?? config,
    MEMORY_DIR: folder,
    MEMORY_URL: "",
    REMEMBER_MCP_CONFIG: "",
    MEMORY_MCP_CMD: "",
  };
}
