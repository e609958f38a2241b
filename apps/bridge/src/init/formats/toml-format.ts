import { foundationErrors, isRecord } from "@ollama-bridge/foundation";
import { parse, stringify, TomlError } from "smol-toml";
import { type Entry, type EntryFormat, lineEnd, nested, valueAt } from "./entry-format.ts";
import { type Statement, statementsOf } from "./toml-statements.ts";

/** TOML. A text in which there is no place for the change is returned as it is. */
export const tomlFormat: EntryFormat = {
  parse(text, path) {
    try {
      return parse(text);
    } catch (cause) {
      if (!(cause instanceof TomlError)) throw cause;
      const { line, message } = cause;
      const what = message.split("\n")[0]?.replace("Invalid TOML document: ", "");
      throw foundationErrors.create("CONFIG_INVALID", `${path}:${line}: the file is not TOML: ${what}`, {
        details: { file: path, line },
        hint: "Correct it and run this again; the file was left as it is.",
        cause,
      });
    }
  },

  put(text, keys, value) {
    if (isRecord(value)) return withTable(this.remove(text, keys), keys, value);
    const [key = ""] = keys.slice(-1);
    const table = keys.slice(0, -1);
    const statements = statementsOf(text);
    const assigned = (wanted: readonly string[]) =>
      statements.find((statement) => !statement.isHeader && isAt(statement.keys, wanted));
    const own = assigned(keys);
    if (own) return withValue(text, own, value);
    const inline = assigned(table);
    if (inline) return withValue(text, inline, { ...(valueAt(parse(text), table) as Entry), [key]: value });
    const last = statements.findLast((statement) => isAt(statement.table, table));
    if (last === undefined) return text;
    const line = assignment(key, value) + lineEnd(text);
    const before = text.slice(0, last.end);
    return `${before}${before.endsWith("\n") ? "" : lineEnd(text)}${line}${text.slice(last.end)}`;
  },

  remove(text, keys) {
    const ranges: { start: number; end: number }[] = [];
    let wasPart = false;
    for (const { keys: path, start, end } of statementsOf(text)) {
      const isPart = isAt(path.slice(0, keys.length), keys);
      const last = ranges.at(-1);
      if (isPart && wasPart && last) last.end = end;
      else if (isPart) ranges.push({ start, end });
      wasPart = isPart;
    }
    return ranges.reduceRight((rest, { start, end }) => joined(rest.slice(0, start), rest.slice(end)), text);
  },

  show: (keys, entry) => stringify(nested(keys, entry)).trimEnd().split("\n"),
};

const isAt = (path: readonly string[], keys: readonly string[]) =>
  path.length === keys.length && path.every((key, index) => key === keys[index]);

/** The text with a table of its own at the end, which ends as it did before. */
function withTable(text: string, keys: readonly string[], table: Entry): string {
  const end = lineEnd(text);
  const block = stringify(nested(keys, table)).replaceAll("\n", end);
  if (text.trim() === "") return text + block;
  return text.endsWith("\n") ? text + end + block : text + end + end + block.trimEnd();
}

/** Another value in the place of an assignment's; a comment behind it stays. */
function withValue(text: string, { valueStart, end }: Statement, value: unknown): string {
  const [rest = ""] = /(?:(?<![ \t])[ \t]+#[^"'\n]*)?\r?\n?$/.exec(text.slice(valueStart, end)) ?? [];
  return text.slice(0, valueStart) + inline(value) + rest + text.slice(end);
}

function inline(value: unknown): string {
  if (!isRecord(value))
    return stringify({ value })
      .replace(/^value = /, "")
      .trimEnd();
  const assignments = Object.entries(value).map(([key, each]) => assignment(key, each));
  return `{ ${assignments.join(", ")} }`;
}

const assignment = (key: string, value: unknown) =>
  stringify({ [key]: 0 }).replace(/0\s*$/, () => inline(value));

/** What is left when something between is gone, without two gaps in a row. */
function joined(before: string, after: string): string {
  if (after.trim() === "") return before.trimEnd() + (/\r?\n$/.exec(before)?.[0] ?? "");
  return /(^|\n)[ \t]*\r?\n$/.test(before) ? before + after.replace(/^([ \t]*\r?\n)+/, "") : before + after;
}
