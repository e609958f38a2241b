import { loadSettings, type Settings, settingsFromEnvironment } from "@ollama-bridge/server-kit";
import { configSections } from "../config-sections.ts";
import { type Check, problem } from "./check.ts";

const NAME = "configuration";

/** The settings that hold, and what is to be said of them: a file that is wrong is left out for the other checks. */
export async function checkConfiguration(
  env: NodeJS.ProcessEnv,
  configPath: string | undefined,
): Promise<{ settings: Settings; checks: Check[] }> {
  try {
    const settings = await loadSettings({ env, configPath });
    const wrong = configSections.flatMap((section) => {
      try {
        settings.read(section);
        return [];
      } catch (error) {
        return [problem(NAME, error)];
      }
    });
    if (wrong.length > 0) return { settings: settingsFromEnvironment(env), checks: wrong };
    return { settings, checks: [source(settings), ...ignoredKeys(settings)] };
  } catch (error) {
    return { settings: settingsFromEnvironment(env), checks: [problem(NAME, error)] };
  }
}

function source({ file }: Settings): Check {
  if (file !== undefined) return { name: NAME, status: "ok", message: file, details: { file } };
  return { name: NAME, status: "ok", message: "no file; defaults and environment variables hold" };
}

function ignoredKeys({ file, ignored }: Settings): Check[] {
  if (ignored.length === 0) return [];
  return [
    {
      name: NAME,
      status: "warning",
      message: `${ignored.join(", ")} of ${file} do not count: the file came with a project that is not trusted`,
      hint: "If the file is yours, set BRIDGE_TRUST_PROJECT=1, or name it with BRIDGE_CONFIG.",
      details: { ignored },
    },
  ];
}
