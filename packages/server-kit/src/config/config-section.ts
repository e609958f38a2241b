import type * as z from "zod";

/** An environment variable that sets one value of a section. */
export interface EnvironmentVariable {
  /** Key inside the section. */
  key: string;
  description: string;
}

/** What counts of one value. Names are relative to its key, such as `[0].use`; an empty one is the value itself. */
export interface Narrowed {
  /** What is validated, in the place of the value. It counts when anything of it does. */
  value: unknown;
  counted: readonly string[];
  ignored: readonly string[];
}

/** How far a project's file may set one key while nobody trusts it: never further than what holds without it. */
export interface Narrowing<Value = unknown> {
  /** The bounds in words, for the documentation. */
  how: string;
  /** `raw` is the value as it stands in the file, `without` what holds without the file. */
  narrow(raw: unknown, without: Value): Narrowed;
  /** Joins both values; default: the file's. */
  merge?(without: Value, value: Value): Value;
}

/** A part of the configuration: the one source of its validation, its defaults and its documentation. */
export interface ConfigSection<Schema extends z.ZodType = z.ZodType> {
  /** Its top-level key in the file. */
  name: string;
  schema: Schema;
  environment: Record<string, EnvironmentVariable>;
  /** Loads what its schema validates with; awaited before values of an operator's file are read. */
  prepare?: () => Promise<void>;
  /** Former names of keys, which are still read: the name of today by the former one. */
  aliases?: Readonly<Record<string, string>>;
  /** Keys of earlier versions that mean nothing any more: they are read, ignored and named in one warning. */
  retired?: readonly string[];
  /**
   * Keys that are used from a project's own file even if the operator does not trust it, because the file may be somebody
   * else's. A section that names none takes nothing from such a file.
   */
  untrusted?: Readonly<Record<string, Narrowing>>;
  /** Keys whose change is taken while a server runs. `"all"` is the whole section. */
  live?: readonly string[] | "all";
}

type UntrustedKeys<Values> = { readonly [Key in keyof Values]?: Narrowing<Values[Key]> };

/** Defines a section of the configuration: its schema, its variables, and what an untrusted file may narrow. */
export function defineConfigSection<Schema extends z.ZodType>(
  section: ConfigSection<Schema> & { untrusted?: UntrustedKeys<z.output<Schema>> },
): ConfigSection<Schema> {
  return section;
}
