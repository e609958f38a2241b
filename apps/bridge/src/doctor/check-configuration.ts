import { loadSettings, type Settings, settingsFromEnvironment } from "@ollama-bridge/server-kit";
import type { ConfigFlags } from "../commands/name-untrusted.ts";
import { configSections } from "../config-sections.ts";
import { type Check, problem } from "./check.ts";

const NAME = "configuration";

/** The settings that hold, and what is to be said of them: a file that is wrong is left out for the other checks. */
export async function checkConfiguration(
  env: NodeJS.ProcessEnv,
  { config: configPath, trustProject }: ConfigFlags,
): Promise<{ settings: Settings; checks: Check[] }> {
  try {
    const settings = await loadSettings({ env, configPath, trustProject, sections: configSections });
    const wrong = configSections.flatMap((section) => {
      try {
        settings.read(section);
        return [];
      } catch (error) {
        return [problem(NAME, error)];
      }
    });
    if (wrong.length > 0) return { settings: settingsFromEnvironment(env), checks: wrong };
    return { settings, checks: [source(settings), ...untrusted(settings)] };
  } catch (error) {
    return { settings: settingsFromEnvironment(env), checks: [problem(NAME, error)] };
  }
}

function source({ file }: Settings): Check {
  if (file !== undefined)
    return { name: NAME, status: "ok", message: file.path, details: { file: file.path } };
  return { name: NAME, status: "ok", message: "no file; defaults and environment variables hold" };
}

function untrusted({ project }: Settings): Check[] {
  if (project?.notice === undefined) return [];
  const { path: file, changed, ignored, counted, notice } = project;
  return [
    {
      name: NAME,
      status: "warning",
      message: notice,
      hint: "If the file is yours: ollama-bridge-mcp trust in its folder, BRIDGE_TRUST_PROJECT=1, or name it with BRIDGE_CONFIG.",
      details: { file, changed, ignored, counted },
    },
  ];
}
