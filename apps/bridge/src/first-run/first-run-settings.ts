import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadSettings } from "@ollama-bridge/server-kit";
import type { ConfigFlags } from "../commands/name-untrusted.ts";
import { configSections } from "../config-sections.ts";

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
  { config: configPath, trustProject }: ConfigFlags,
): Promise<FirstRunSettings> {
  const settings = await loadSettings({
    env: process.env,
    configPath,
    trustProject,
    sections: configSections,
  });
  const config = join(folder, "ollama-bridge.config.json");
  const category = { description: "What a first run asks", models };
  await writeFile(config, JSON.stringify({ routing: { categories: { [FIRST_RUN_CATEGORY]: category } } }));
  const memory = { MEMORY_DIR: folder, MEMORY_URL: "", REMEMBER_MCP_CONFIG: "", MEMORY_MCP_CMD: "" };
  const asked = {
    ...(configPath === undefined ? {} : { BRIDGE_CONFIG: configPath }),
    ...(trustProject ? { BRIDGE_TRUST_PROJECT: "1" } : {}),
  };
  const env = { OLLAMA_BASE_URL: url, ...memory, ...asked };
  // A file that was found stays found: naming it here would trust what a project's file says.
  if (settings.file !== undefined || settings.project !== undefined)
    return { env, category: BUILT_IN_CATEGORY };
  return { env: { ...env, BRIDGE_CONFIG: config }, category: FIRST_RUN_CATEGORY };
}
