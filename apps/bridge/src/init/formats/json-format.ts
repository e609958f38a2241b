import { type BridgeError, foundationErrors, isRecord } from "@ollama-bridge/foundation";
// The package's other build cannot be bundled.
import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser/lib/esm/main.js";
import { type EntryFormat, lineEnd, nested } from "./entry-format.ts";

const lenient = { allowTrailingComma: true, allowEmptyContent: true };

/** JSON, with the comments and trailing commas that some clients allow. */
export const jsonFormat: EntryFormat = {
  parse(text, path) {
    const errors: ParseError[] = [];
    const root = parseTree(text, errors, lenient);
    const [error] = errors;
    if (error !== undefined) {
      const what = printParseErrorCode(error.error).replace(
        /\B[A-Z]/g,
        (letter) => ` ${letter.toLowerCase()}`,
      );
      throw unreadable(path, text, error.offset, `is not JSON: ${what.toLowerCase()}`);
    }
    const value: unknown = root === undefined ? {} : getNodeValue(root);
    if (!isRecord(value)) throw unreadable(path, text, root?.offset ?? 0, "does not hold an object");
    return value;
  },

  put(text, keys, value) {
    const root = parseTree(text, [], lenient);
    if (root === undefined) return this.put(`${text}{}${lineEnd(text)}`, keys, value);
    let object = root;
    for (const [depth, key] of keys.entries()) {
      const next = findNodeAtLocation(object, [key]);
      if (next === undefined) return insert(text, object, key, nested(keys.slice(depth + 1), value));
      object = next;
    }
    const { offset, length } = object;
    return splice(
      text,
      offset,
      offset + length,
      rendered(text, value, indentAt(text, offset), isOneLine(text, object)),
    );
  },

  remove(text, keys) {
    const root = parseTree(text, [], lenient);
    const property = root && findNodeAtLocation(root, [...keys])?.parent;
    return property?.parent ? withoutProperty(text, property.parent, property) : text;
  },

  show: (keys, entry) =>
    JSON.stringify({ [keys.at(-1) ?? ""]: entry }, null, 2)
      .split("\n")
      .slice(1, -1),
};

function unreadable(path: string, text: string, offset: number, what: string): BridgeError {
  const line = text.slice(0, offset).split("\n").length;
  return foundationErrors.create("CONFIG_INVALID", `${path}:${line}: the file ${what}`, {
    details: { file: path, line },
    hint: "Correct it and run this again; the file was left as it is.",
  });
}

const endOf = ({ offset, length }: Node) => offset + length;
const splice = (text: string, start: number, end: number, content: string) =>
  text.slice(0, start) + content + text.slice(end);
const isOneLine = (text: string, node: Node) => !text.slice(node.offset, endOf(node)).includes("\n");

/** The white space that the line of `offset` begins with. */
function indentAt(text: string, offset: number): string {
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart, offset))?.[0] ?? "";
}

function rendered(text: string, value: unknown, indent: string, compact: boolean): string {
  if (compact) return JSON.stringify(value);
  return JSON.stringify(value, null, indentUnit(text)).replaceAll("\n", lineEnd(text) + indent);
}

/** One step of indentation, as the text's first indented line has it. */
const indentUnit = (text: string) => /^([ \t]+)\S/m.exec(text)?.[1] ?? "  ";

/** The text with its comments blanked: between two values are white space and commas only. */
const withoutComments = (text: string) =>
  text.replace(
    /("(?:\\[\s\S]|[^"\\])*(?:"|\\?$))|\/\/[^\r\n]*|\/\*[\s\S]*?(?:\*\/|$)/g,
    (match, string?: string) => string ?? match.replace(/[^\r\n]/g, " "),
  );

/** The object with a further property as its last; a comment behind the one before stays where it is. */
function insert(text: string, object: Node, key: string, value: unknown): string {
  const last = object.children?.at(-1);
  const closing = endOf(object) - 1;
  const end = text.slice(0, closing).trimEnd().length;
  const oneLine = isOneLine(text, object);
  const compact =
    oneLine && (last !== undefined || (object.parent !== undefined && !text.trim().includes("\n")));
  const indent = indentAt(text, object.offset);
  const inner = last && !oneLine ? indentAt(text, last.offset) : indent + indentUnit(text);
  const before = compact ? text.slice(end, closing) : lineEnd(text) + inner;
  const after = oneLine && !compact ? lineEnd(text) + indent : text.slice(end, closing);
  const endsInComma = last !== undefined && withoutComments(text).slice(endOf(last), closing).includes(",");
  const property = `${JSON.stringify(key)}: ${rendered(text, value, inner, compact)}${endsInComma ? "," : ""}`;
  const result = splice(text, end, closing, before + property + after);
  if (last === undefined || endsInComma) return result;
  return splice(result, endOf(last), endOf(last), ",");
}

/** The object without the property, its comma, and its lines where it has them for itself. */
function withoutProperty(text: string, object: Node, property: Node): string {
  const bare = withoutComments(text);
  const around =
    text.slice(object.offset + 1, property.offset) + text.slice(endOf(property), endOf(object) - 1);
  if (/^[\s,]*$/.test(around)) return splice(text, object.offset, endOf(object), "{}");
  const comma = /^\s*,/.exec(bare.slice(endOf(property)))?.[0] ?? "";
  const [start, end] = wholeLines(text, property.offset, endOf(property) + comma.length);
  const result = splice(text, start, end, "");
  const siblings = object.children ?? [];
  const previous = siblings[siblings.indexOf(property) - 1];
  if (comma !== "" || previous === undefined) return result;
  const before = bare.indexOf(",", endOf(previous));
  return splice(result, before, before + 1, "");
}

/** The range, and the rest of its lines where nothing else stands on them. */
function wholeLines(text: string, start: number, end: number): [start: number, end: number] {
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const [rest] = /^[ \t]*\r?\n/.exec(text.slice(end)) ?? [];
  return rest === undefined || text.slice(lineStart, start).trim() !== ""
    ? [start, end]
    : [lineStart, end + rest.length];
}
