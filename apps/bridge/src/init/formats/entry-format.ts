import { isRecord } from "@ollama-bridge/foundation";
/** What a client keeps of a server. */
export type Entry = Record<string, unknown>;

/** A file format, changed in one place without touching the rest of the text. */
export interface EntryFormat {
  /** What the text says; an empty one says nothing. @throws BridgeError CONFIG_INVALID with `path` and line. */
  parse(text: string, path: string): Entry;
  /** The text with `value` at `keys`, in the style of what is around it. */
  put(text: string, keys: readonly string[], value: unknown): string;
  remove(text: string, keys: readonly string[]): string;
  /** An entry as it would stand in such a file, in lines. */
  show(keys: readonly string[], entry: Entry): string[];
}

/** What is at `keys`; undefined where nothing is. */
export function valueAt(root: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (value, key) => (isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined),
    root,
  );
}

/** `value` under `keys`, and nothing beside it. */
export const nested = (keys: readonly string[], value: unknown): unknown =>
  keys.reduceRight((inner, key) => ({ [key]: inner }), value);

/** How lines of the text end. */
export const lineEnd = (text: string) => /\r?\n/.exec(text)?.[0] ?? "\n";
