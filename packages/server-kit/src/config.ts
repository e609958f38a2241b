import type * as z from "zod";
import { BridgeError } from "./errors.ts";

/** An environment variable that sets one value of a section. */
export interface EnvironmentVariable {
  /** Key inside the section. */
  key: string;
  description: string;
}

/** A part of the configuration: the one source of its validation, its defaults and its documentation. */
export interface ConfigSection<Schema extends z.ZodObject = z.ZodObject> {
  name: string;
  schema: Schema;
  environment: Record<string, EnvironmentVariable>;
}

export function defineConfigSection<Schema extends z.ZodObject>(
  section: ConfigSection<Schema>,
): ConfigSection<Schema> {
  return section;
}

/**
 * The values of a section: its defaults, then the environment. An empty variable counts as not set.
 * @throws BridgeError CONFIG_INVALID that names the variable and what is allowed.
 */
export function readSection<Schema extends z.ZodObject>(
  section: ConfigSection<Schema>,
  env: NodeJS.ProcessEnv,
): z.output<Schema> {
  const values: Record<string, unknown> = {};
  for (const [variable, { key }] of Object.entries(section.environment)) {
    const value = env[variable]?.trim();
    if (value) values[key] = value;
  }
  const parsed = section.schema.safeParse(values);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const key = String(issue?.path[0]);
  const variable = Object.entries(section.environment).find(([, entry]) => entry.key === key)?.[0] ?? key;
  throw new BridgeError("CONFIG_INVALID", `${variable}: ${issue?.message}`, {
    details: { variable, key: `${section.name}.${key}`, issue: issue?.message },
  });
}
