import { type BridgeError, foundationErrors, isRecord, shortLine } from "@ollama-bridge/foundation";
import { type Document, isScalar, Lexer, LineCounter, parseDocument, visit, type YAMLError } from "yaml";

/** Values inside values; the deepest that means anything is at 8. */
const MAX_DEPTH = 64;
/** How often values may be repeated by alias, those inside them counted: the library's own bound. */
const MAX_ALIASES = 100;

/** A configuration file as it was read. */
export interface ConfigFile {
  path: string;
  /** Of its bytes. */
  sha256: string;
  values: Record<string, unknown>;
  /** Line of the value at `path`, counted from 1. */
  lineOf(path: readonly PropertyKey[]): number | undefined;
}

/**
 * Reads YAML or JSON. `allowed` are the top-level keys there may be; any when absent.
 * @throws BridgeError CONFIG_INVALID that names the line.
 */
export function parseConfigFile(
  path: string,
  text: string,
  allowed?: readonly string[],
): Omit<ConfigFile, "sha256"> {
  const lines = new LineCounter();
  const invalid = (line: number | undefined, what: string, more: object = {}) =>
    foundationErrors.create("CONFIG_INVALID", `${path}:${line ?? 1}: ${shortLine(what)}`, {
      details: { file: path, line: line ?? 1 },
      ...more,
    });
  const tooDeep = lineThatIsTooDeep(text);
  if (tooDeep !== undefined) throw invalid(tooDeep, `values lie more than ${MAX_DEPTH} deep in each other`);
  // The library compares each key with all the others of its map.
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) throw invalid(lineAt(lines, error), error.message, { cause: error });
  const twice = firstKeyThatIsThereTwice(document);
  if (twice !== undefined) throw invalid(lines.linePos(twice.at).line, `${twice.key} is there twice`);
  const values = valuesOf(document, (what, cause) => invalid(undefined, what, { cause }));
  const file = { path, values, lineOf: (keys: readonly PropertyKey[]) => lineOf(document, lines, keys) };
  const unknown = allowed && Object.keys(values).find((key) => !allowed.includes(key));
  if (unknown !== undefined) {
    const line = file.lineOf([unknown]);
    throw invalid(line, `${unknown} is not a key`, { hint: `Allowed: ${allowed?.join(", ")}.` });
  }
  return file;
}

const lineAt = (lines: LineCounter, { pos: [at] }: YAMLError) => lines.linePos(at).line;

function valuesOf(
  document: Document,
  invalid: (what: string, cause?: unknown) => BridgeError,
): Record<string, unknown> {
  let values: unknown;
  try {
    values = document.toJS({ maxAliasCount: MAX_ALIASES }) ?? {};
  } catch (error) {
    // An alias of nothing, or too many of them.
    throw invalid((error as Error).message, error);
  }
  if (isRecord(values)) return values;
  throw invalid("the file must hold keys and values");
}

/**
 * The line where values begin to lie too deep, found without a parser, because parsers call themselves: brackets within
 * brackets, or dashes and question marks in one line. Indentation alone cannot go deep in a file of this size.
 */
function lineThatIsTooDeep(text: string): number | undefined {
  let [line, brackets, marks] = [1, 0, 0];
  for (const token of new Lexer().lex(text)) {
    if (token === "[" || token === "{") brackets++;
    else if (token === "]" || token === "}") brackets--;
    else if (token === "-" || token === "?") marks++;
    else if (token.includes("\n")) {
      line += token.split("\n").length - 1;
      marks = 0;
    }
    if (brackets + marks > MAX_DEPTH) return line;
  }
  return undefined;
}

function firstKeyThatIsThereTwice(document: Document): { key: string; at: number } | undefined {
  let twice: { key: string; at: number } | undefined;
  visit(document, {
    Map(_, { items }) {
      const keys = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (keys.has(key.value)) {
          twice = { key: String(key.value), at: key.range?.[0] ?? 0 };
          return visit.BREAK;
        }
        keys.add(key.value);
      }
      return undefined;
    },
  });
  return twice;
}

/** The line of the deepest node on the way to `path` that exists. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number | undefined {
  for (let depth = path.length; depth > 0; depth--) {
    const node: unknown = document.getIn(path.slice(0, depth), true);
    const range = (node as { range?: [number, number, number] } | undefined)?.range;
    if (range) return lines.linePos(range[0]).line;
  }
  return undefined;
}
