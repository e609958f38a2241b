import { foundationErrors, shortLine } from "@ollama-bridge/foundation";
import type * as z from "zod";
import type { ConfigSection } from "./config-section.ts";
import type { ConfigFile } from "./parse-config-file.ts";

/**
 * Validates values of a section. `file` and `env` are where they come from, for the error.
 * @throws BridgeError CONFIG_INVALID that names file, line and key, or the variable
 */
export function validate<Schema extends z.ZodType>(
  section: ConfigSection<Schema>,
  values: unknown,
  { file, env = {} }: { file?: ConfigFile | undefined; env?: NodeJS.ProcessEnv },
): z.output<Schema> {
  // Once at each start: to generate code for it, as zod does for what it reads often, takes 7 ms.
  const parsed = section.schema.safeParse(values, { jitless: true });
  if (parsed.success) return parsed.data;
  throw invalid(section, parsed.error.issues[0], env, file);
}

/** The variable that sets this key of the section, if one does. An empty variable counts as not set. */
export function variableThatSets(
  { environment }: ConfigSection,
  key: PropertyKey | undefined,
  env: NodeJS.ProcessEnv,
): string | undefined {
  return Object.keys(environment).find((name) => environment[name]?.key === key && env[name]?.trim());
}

/** The values of a file with what the environment says instead. */
export function withEnvironment(
  { environment }: ConfigSection,
  values: unknown,
  env: NodeJS.ProcessEnv,
): unknown {
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
  const variable = variableThatSets(section, path[0], env);
  const line = variable === undefined ? file?.lineOf([section.name, ...path]) : undefined;
  const where = variable ?? (file === undefined ? key : `${file.path}:${line ?? 1}: ${shortLine(key)}`);
  return foundationErrors.create("CONFIG_INVALID", `${where}: ${shortLine(issue?.message ?? "is wrong")}`, {
    details: { ...(variable ? { variable } : { file: file?.path, line }), key, issue: issue?.message },
  });
}
