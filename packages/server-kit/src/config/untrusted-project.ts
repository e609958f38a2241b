import { isRecord } from "@ollama-bridge/foundation";
import type * as z from "zod";
import { logAlways } from "../log/create-logger.ts";
import type { ConfigSection } from "./config-section.ts";
import { withCurrentKeys } from "./former-keys.ts";
import { left } from "./narrowings.ts";
import type { ConfigFile } from "./parse-config-file.ts";
import { validate, variableThatSets } from "./section-values.ts";

/** How many names are told: a file can list policies without end. */
const MAX_NAMES = 20;

/** A project's configuration file that the operator does not trust, and what becomes of what it says. */
export class UntrustedProject {
  readonly path: string;
  readonly sha256: string;
  /** It was trusted once, and says something else now. */
  readonly changed: boolean;
  readonly #file: ConfigFile;
  readonly #env: NodeJS.ProcessEnv;
  readonly #ignored = new Set<string>();
  readonly #counted = new Set<string>();

  constructor(file: ConfigFile & { changed: boolean }, env: NodeJS.ProcessEnv) {
    this.path = file.path;
    this.sha256 = file.sha256;
    this.changed = file.changed;
    this.#file = file;
    this.#env = env;
  }

  /** Settings that are ignored, as `section.key`, of the sections read so far. */
  get ignored(): string[] {
    return atMost(MAX_NAMES, this.#ignored);
  }

  /** Settings that are used, because they only narrow. */
  get counted(): string[] {
    return atMost(MAX_NAMES, this.#counted);
  }

  /** Adds a name to the settings that are ignored. */
  ignore(name: string): void {
    this.#ignored.add(name);
  }

  /**
   * A section with this file laid over it. `without` is what holds without the file, `env` included.
   * @throws BridgeError CONFIG_INVALID for an unknown key, or a wrong value of one that is used
   */
  narrow<Schema extends z.ZodType>(
    section: ConfigSection<Schema>,
    without: z.output<Schema>,
  ): z.output<Schema> {
    const allowed = this.#allowed(section, without);
    if (Object.keys(allowed).length === 0 || !isRecord(without)) return without;
    const joined = Object.entries(allowed).map(([key, value]) => {
      const { merge } = section.untrusted?.[key] ?? {};
      return [key, merge === undefined ? value : merge(without[key], value)];
    });
    return validate(section, { ...without, ...Object.fromEntries(joined) }, { file: this.#file });
  }

  /** The settings of a section that are used, by themselves; all other keys have their defaults. @throws BridgeError CONFIG_INVALID */
  read<Schema extends z.ZodType>(
    section: ConfigSection<Schema>,
    without: z.output<Schema>,
  ): z.output<Schema> {
    return validate(section, this.#allowed(section, without), { file: this.#file });
  }

  /**
   * What a user must be told, in one text for people and models; `undefined` when the sections read so far take and
   * leave nothing of the file.
   */
  get notice(): string | undefined {
    const { ignored, counted, changed } = this;
    if (ignored.length + counted.length === 0) return undefined;
    return [
      changed ? `${this.path} has changed since it was trusted.` : "",
      ignored.length > 0 ? `Ignoring untrusted project settings of ${this.path}: ${ignored.join(", ")}.` : "",
      counted.length > 0
        ? `Using untrusted project settings of ${this.path} that only narrow: ${counted.join(", ")}.`
        : "",
      "Whether to trust the file is the user's decision alone: `ollama-bridge-mcp trust` in its folder, or BRIDGE_TRUST_PROJECT.",
    ]
      .filter(Boolean)
      .join(" ");
  }

  /** The values that are used, validated. Keys that a variable sets are left to it. */
  #allowed(section: ConfigSection, without: unknown): Record<string, unknown> {
    const { name, untrusted = {} } = section;
    const { values } = withCurrentKeys(section, this.#file);
    if (values === undefined) return {};
    if (!isRecord(values)) {
      this.ignore(name);
      return {};
    }
    const narrowed = Object.keys(values)
      .filter((key) => variableThatSets(section, key, this.#env) === undefined)
      .map((key) => {
        const narrowing = Object.hasOwn(untrusted, key) ? untrusted[key] : undefined;
        const base = isRecord(without) ? without[key] : undefined;
        return { key, ...(narrowing?.narrow(values[key], base) ?? left(undefined)) };
      });
    // An ignored key has no value here, but has to be one that there is.
    const shaped = Object.fromEntries(narrowed.map(({ key, value }) => [key, value]));
    const checked: unknown = validate(section, shaped, { file: this.#file });
    for (const { key, ...parts } of narrowed) {
      for (const part of parts.counted) this.#counted.add(`${name}.${key}${part}`);
      for (const part of parts.ignored) this.#ignored.add(`${name}.${key}${part}`);
    }
    const counting = narrowed.filter(({ counted }) => counted.length > 0);
    return Object.fromEntries(counting.map(({ key }) => [key, isRecord(checked) ? checked[key] : undefined]));
  }
}

function atMost(limit: number, names: ReadonlySet<string>): string[] {
  const more = names.size > limit ? [`${names.size - limit} more`] : [];
  return [...[...names].slice(0, limit), ...more];
}

/** Logs which settings of an untrusted project file are ignored, and returns the notice for other places. */
export function logUntrusted({ project }: { project?: UntrustedProject }): string | undefined {
  const notice = project?.notice;
  if (project === undefined || notice === undefined) return undefined;
  const { path: file, ignored, counted } = project;
  logAlways({ file, ignored, counted }, notice);
  return notice;
}
