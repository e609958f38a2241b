import { isDeepStrictEqual } from "node:util";
import { foundationErrors, isRecord } from "@ollama-bridge/foundation";
import { type Entry, type EntryFormat, valueAt } from "./entry-format.ts";

/**
 * The text with `entry` at `keys`, or, without one, with nothing there. The result says that and else what it said
 * before, whatever became of the edit on the way.
 * @throws BridgeError CONFIG_INVALID when the file cannot be read, or cannot be changed without touching the rest.
 */
export function changeEntry(
  format: EntryFormat,
  { text, path }: { text: string; path: string },
  keys: readonly string[],
  entry: Entry | undefined,
): string {
  const before = format.parse(text, path);
  const current = entryAt(before, keys, path);
  for (const edit of edits(format, keys, current, entry)) {
    const result = edit(text);
    const after = parsed(format, result);
    if (after === undefined || !same(valueAt(after, keys), entry)) continue;
    if (same(without(after, keys), without(before, keys))) return result;
  }
  throw foundationErrors.create(
    "CONFIG_INVALID",
    `${path}: ${keys.join(".")} cannot be changed without touching the rest`,
    {
      hint: "Change it by hand; the file was left as it is.",
    },
  );
}

/** What is at `keys`. @throws BridgeError CONFIG_INVALID when what should hold it holds nothing. */
export function entryAt(content: Entry, keys: readonly string[], path: string): unknown {
  for (let depth = 1; depth < keys.length; depth++) {
    const holder = valueAt(content, keys.slice(0, depth));
    if (holder === undefined || isRecord(holder)) continue;
    throw foundationErrors.create(
      "CONFIG_INVALID",
      `${path}: ${keys.slice(0, depth).join(".")} is not an object`,
      {
        hint: "Correct it and run this again; the file was left as it is.",
      },
    );
  }
  return valueAt(content, keys);
}

/** What an edited text says; undefined when the edit broke it. */
function parsed(format: EntryFormat, text: string): Entry | undefined {
  try {
    return format.parse(text, "");
  } catch {
    return undefined;
  }
}

/** Ways to make the change, the one that touches least first. */
function edits(
  format: EntryFormat,
  keys: readonly string[],
  current: unknown,
  entry: Entry | undefined,
): ((text: string) => string)[] {
  if (entry === undefined) return [(text) => format.remove(text, keys)];
  const whole = (text: string) => format.put(text, keys, entry);
  if (!isRecord(current)) return [whole];
  const settings = differences(current, entry, keys);
  return [(text) => settings.reduce((result, { at, value }) => format.put(result, at, value), text), whole];
}

/** The single settings of `after` that `before` has otherwise or not. */
function differences(
  before: Entry,
  after: Entry,
  keys: readonly string[],
): { at: string[]; value: unknown }[] {
  return Object.entries(after).flatMap(([key, value]) => {
    const old = before[key];
    if (same(old, value)) return [];
    const at = [...keys, key];
    return isRecord(old) && isRecord(value) ? differences(old, value, at) : [{ at, value }];
  });
}

/** Everything but what is at `keys`, and but the objects that hold nothing else. */
function without(content: Entry, [key = "", ...rest]: readonly string[]): Entry {
  const { [key]: value, ...others } = content;
  const inner = rest.length > 0 && isRecord(value) ? without(value, rest) : {};
  return Object.keys(inner).length > 0 ? { ...others, [key]: inner } : others;
}

/** Parsers differ in what their objects descend from. */
export const same = (one: unknown, other: unknown) => isDeepStrictEqual(plain(one), plain(other));
const plain = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value));
