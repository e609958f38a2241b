import type * as z from "zod";

/** An environment variable that sets one value of a section. */
export interface EnvironmentVariable {
  /** Key inside the section. */
  key: string;
  description: string;
}

/** A part of the configuration: the one source of its validation, its defaults and its documentation. */
export interface ConfigSection<Schema extends z.ZodType = z.ZodType> {
  /** Its top-level key in the file. */
  name: string;
  schema: Schema;
  environment: Record<string, EnvironmentVariable>;
  /**
   * Keys that can make this machine run or reach something: from a project's own file, which may be somebody
   * else's, they count only when the operator trusts it. `"all"` is the whole section.
   */
  trusted?: readonly string[] | "all";
  /** Keys whose change is taken while a server runs. `"all"` is the whole section. */
  live?: readonly string[] | "all";
}

export function defineConfigSection<Schema extends z.ZodType>(
  section: ConfigSection<Schema>,
): ConfigSection<Schema> {
  return section;
}
