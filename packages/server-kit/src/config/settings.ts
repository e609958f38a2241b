import type * as z from "zod";
import { type KnownSections, readConfigFiles } from "./config-file.ts";
import type { ConfigSection } from "./config-section.ts";
import { withCurrentKeys } from "./former-keys.ts";
import type { ConfigFile } from "./parse-config-file.ts";
import { loadTrust, type Trust, type TrustSource } from "./project-trust.ts";
import { validate, withEnvironment } from "./section-values.ts";
import { UntrustedProject } from "./untrusted-project.ts";

/** The operator's configuration: defaults, then the file, then the environment; narrowed by a project's file that nobody trusts. */
export interface Settings {
  env: NodeJS.ProcessEnv;
  /** The configuration file that was read. */
  file?: { path: string; sha256: string };
  /** A project's file that is not trusted. */
  project?: UntrustedProject;
  /** What was read so far. */
  sections: readonly ConfigSection[];
  /** Keys of the file, among the sections read so far, that mean nothing any more. */
  readonly retired: readonly string[];
  /** Whether the operator trusts a file of a project, `sha256` being that of the bytes that were read. @throws BridgeError CONFIG_INVALID */
  trustOf(file: { path: string; sha256: string }): Promise<Trust>;
  /** The same sources as they are now. @throws BridgeError CONFIG_INVALID */
  reload(): Promise<Settings>;
  /** The values of a section. @throws BridgeError CONFIG_INVALID that names file, line and key, or the variable. */
  read<Schema extends z.ZodType>(section: ConfigSection<Schema>): z.output<Schema>;
}

/** Where settings come from. */
export interface SettingsSource extends TrustSource, KnownSections {
  /** Named by a flag. */
  configPath?: string | undefined;
}

/**
 * Reads the configuration files there are.
 * @throws BridgeError CONFIG_INVALID that names file and line
 *
 * @example
 * import { loadSettings, logSection } from "@ollama-bridge/server-kit";
 *
 * const settings = await loadSettings({ env: process.env, sections: [logSection], sharesFile: true });
 * const { level } = settings.read(logSection);
 */
export async function loadSettings(source: SettingsSource): Promise<Settings> {
  const { env, configPath } = source;
  const { file, project } = await readConfigFiles(configPath ?? (env.BRIDGE_CONFIG || undefined), source);
  const untrusted = project && new UntrustedProject(project, env);
  return createSettings(source, file, untrusted, () => loadSettings(source));
}

/** Makes settings without a file. */
export function settingsFromEnvironment(env: NodeJS.ProcessEnv): Settings {
  return createSettings({ env }, undefined, undefined, async () => settingsFromEnvironment(env));
}

function createSettings(
  source: TrustSource,
  file: ConfigFile | undefined,
  project: UntrustedProject | undefined,
  reload: Settings["reload"],
): Settings {
  const { env } = source;
  const sections = new Set<ConfigSection>();
  const retired = new Set<string>();
  return {
    env,
    reload,
    ...(file === undefined ? {} : { file: { path: file.path, sha256: file.sha256 } }),
    ...(project === undefined ? {} : { project }),
    get sections() {
      return [...sections];
    },
    get retired() {
      return [...retired];
    },
    trustOf: async (read) => (await loadTrust(source)).of(read),
    read(section) {
      sections.add(section);
      const current = withCurrentKeys(section, file);
      for (const key of current.retired) retired.add(key);
      const own = validate(section, withEnvironment(section, current.values, env), { file, env });
      return project === undefined ? own : project.narrow(section, own);
    },
  };
}
