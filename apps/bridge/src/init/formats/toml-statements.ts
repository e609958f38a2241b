import { isRecord } from "@ollama-bridge/foundation";
import { parse } from "smol-toml";

/** A header or an assignment of a TOML text, with where it stands. */
export interface Statement {
  start: number;
  end: number;
  isHeader: boolean;
  /** From the root. */
  keys: string[];
  /** The table it belongs to, or opens. */
  table: string[];
  /** Where an assignment's value begins. */
  valueStart: number;
}

const KEY = /^(?:"(?:\\.|[^"\\])*"|'[^']*'|[\w.\-\t ])+=[\t ]*/;

/** Every statement of a text that is TOML; comments and blank lines are what lies between them. */
export function statementsOf(text: string): Statement[] {
  const statements: Statement[] = [];
  const lines = text.split(/(?<=\n)/);
  let table: string[] = [];
  let start = 0;
  for (let first = 0, next = 1; first < lines.length; first = next, next++) {
    let source = lines[first] ?? "";
    if (/^\s*(#|$)/.test(source)) {
      start += source.length;
      continue;
    }
    // A value of several lines is whole as soon as it can be parsed.
    while (next < lines.length && !isWhole(source)) source += lines[next++];
    const isHeader = /^\s*\[/.test(source);
    const key = KEY.exec(source)?.[0] ?? "";
    const own = pathOf(parse(isHeader ? source : `${key}0`));
    if (isHeader) table = own;
    const keys = isHeader ? own : [...table, ...own];
    statements.push({
      start,
      end: start + source.length,
      isHeader,
      keys,
      table,
      valueStart: start + key.length,
    });
    start += source.length;
  }
  return statements;
}

function isWhole(source: string): boolean {
  try {
    parse(source);
    return true;
  } catch {
    return false; // its end is on a later line
  }
}

/** The way to the one thing in a value. */
function pathOf(value: unknown): string[] {
  const inner = Array.isArray(value) ? value[0] : value;
  const [entry] = isRecord(inner) ? Object.entries(inner) : [];
  return entry === undefined ? [] : [entry[0], ...pathOf(entry[1])];
}
