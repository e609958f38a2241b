import { isBridgeError } from "@ollama-bridge/foundation";
import { loadSettings } from "@ollama-bridge/server-kit";
import colors from "picocolors";
import { configSections } from "../config-sections.ts";

/** Flags of every command that say which configuration is used. */
export interface ConfigFlags {
  config?: string;
  trustProject?: boolean;
}

/**
 * Tells on stderr what a project's configuration file may not set because it is not trusted. That a file is wrong is
 * told by the commands that need one.
 */
export async function nameUntrusted({ config, trustProject }: ConfigFlags): Promise<void> {
  try {
    const settings = await loadSettings({
      env: process.env,
      configPath: config,
      trustProject,
      sections: configSections,
    });
    for (const section of configSections) settings.read(section);
    const notice = settings.project?.notice;
    if (notice !== undefined) process.stderr.write(`${colors.yellow(notice)}\n`);
  } catch (error) {
    if (!isBridgeError(error)) throw error;
  }
}
