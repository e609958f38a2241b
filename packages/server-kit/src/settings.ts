import type * as z from "zod";
import { readConfigFile } from "./config-file.ts";
import type { ConfigSection } from "./config-section.ts";
import { BridgeError } from "./errors.ts";
import type { ConfigFile } from "./parse-config-file.ts";

/** The operator's configuration: defaults, then the file, then the environment. */
export interface Settings {
  env: NodeJS.ProcessEnv;
  /** Whether what a project's own files name may be started and reached. */
  trustsProject: boolean;
  /** Path of the file that was read. */
  file?: string;
  /** Keys of a project's file that do not count because the project is not trusted, as `section.key`. */
  ignored: readonly string[];
  /** What was read so far. */
  sections: readonly ConfigSection[];
  /** The same sources as they are now. @throws BridgeError CONFIG_INVALID */
  reload(): Promise<Settings>;
  /** The values of a section. @throws BridgeError CONFIG_INVALID that names file, line and key, or the variable. */
  read<Schema extends z.ZodType>(section: ConfigSection<Schema>): z.output<Schema>;
}

export interface SettingsSource {
  env: NodeJS.ProcessEnv;
  /** Named by a flag. */
  configPath?: string | undefined;
  trustProject?: boolean | undefined;
}

/** Reads the file if there is one. @throws BridgeError CONFIG_INVALID */
export async function loadSettings(source: SettingsSource): Promise<Settings> {
  const { env, configPath, trustProject } = source;
  const file = await readConfigFile(configPath ?? (env.BRIDGE_CONFIG || undefined), env);
  const trusts = trustProject === true || env.BRIDGE_TRUST_PROJECT === "1";
  return createSettings(env, trusts, file, () => loadSettings(source));
}

/** Settings without a file. */
export function settingsFromEnvironment(env: NodeJS.ProcessEnv): Settings {
  const reload = async () => settingsFromEnvironment(env);
  return createSettings(env, env.BRIDGE_TRUST_PROJECT === "1", undefined, reload);
}

function createSettings(
  env: NodeJS.ProcessEnv,
  trustsProject: boolean,
  file: ConfigFile | undefined,
  reload: Settings["reload"],
): Settings {
  const ignored = new Set<string>();
  const sections = new Set<ConfigSection>();
  return {
    env,
    reload,
    trustsProject,
    ...(file === undefined ? {} : { file: file.path }),
    get ignored() {
      return [...ignored];
    },
    get sections() {
      return [...sections];
    },
    read(section) {
      sections.add(section);
      let values = file?.values[section.name];
      if (file?.fromProject && !trustsProject && values !== undefined)
        values = withoutUntrusted(section, values, ignored);
      const parsed = section.schema.safeParse(withEnvironment(section, values, env));
      if (parsed.success) return parsed.data;
      throw invalid(section, parsed.error.issues[0], env, file);
    },
  };
}

function withoutUntrusted({ name, trusted }: ConfigSection, values: unknown, ignored: Set<string>): unknown {
  if (trusted === "all") {
    ignored.add(name);
    return undefined;
  }
  if (trusted === undefined || typeof values !== "object" || values === null) return values;
  const entries = Object.entries(values);
  for (const [key] of entries) if (trusted.includes(key)) ignored.add(`${name}.${key}`);
  return Object.fromEntries(entries.filter(([key]) => !trusted.includes(key)));
}

/** An empty variable counts as not set. */
function withEnvironment({ environment }: ConfigSection, values: unknown, env: NodeJS.ProcessEnv): unknown {
  const set = Object.entries(environment).flatMap(([variable, { key }]) => {
    const value = env[variable]?.trim();
    return value ? [[key, value]] : [];
  });
  if (Array.isArray(values) || (values !== undefined && typeof values !== "object")) return values;
  return set.length > 0 ? { ...values, ...Object.fromEntries(set) } : values;
}

type Issue = { message: string; path: PropertyKey[]; code?: string; keys?: string[] } | undefined;

function invalid(section: ConfigSection, issue: Issue, env: NodeJS.ProcessEnv, file: ConfigFile | undefined) {
  const path = [...(issue?.path ?? []), ...(issue?.keys?.slice(0, 1) ?? [])];
  const key = [section.name, ...path].map(String).join(".");
  const [variable] =
    Object.entries(section.environment).find(([name, entry]) => entry.key === path[0] && env[name]?.trim()) ??
    [];
  const line = variable === undefined ? file?.lineOf([section.name, ...path]) : undefined;
  const where = variable ?? (file === undefined ? key : `${file.path}:${line ?? 1}: ${key}`);
  return new BridgeError("CONFIG_INVALID", `${where}: ${issue?.message}`, {
    details: { ...(variable ? { variable } : { file: file?.path, line }), key, issue: issue?.message },
  });
}
