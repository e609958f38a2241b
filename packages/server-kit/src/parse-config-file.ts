import { type Document, LineCounter, parseDocument } from "yaml";
import { BridgeError } from "./errors.ts";

/** Every top-level key there can be; a single server reads its own and leaves the others to theirs. */
const sectionNames = [
  "instances",
  "discovery",
  "routing",
  "consult",
  "memory",
  "responses",
  "limits",
  "http",
  "tools",
  "log",
];

/** A configuration file as it was read. */
export interface ConfigFile {
  path: string;
  /** Found in or above the working directory: may have come with somebody else's project. */
  fromProject: boolean;
  values: Record<string, unknown>;
  /** Line of the value at `path`, counted from 1. */
  lineOf(path: readonly PropertyKey[]): number | undefined;
}

/** @throws BridgeError CONFIG_INVALID that names the line. */
export function parseConfigFile(path: string, text: string, fromProject: boolean): ConfigFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [error] = document.errors;
  if (error !== undefined) {
    const line = error.linePos?.[0].line;
    throw new BridgeError("CONFIG_INVALID", `${path}:${line}: ${error.message.split("\n")[0]}`, {
      details: { file: path, line },
      cause: error,
    });
  }
  const values: unknown = document.toJS() ?? {};
  if (typeof values !== "object" || values === null || Array.isArray(values)) {
    throw new BridgeError("CONFIG_INVALID", `${path}:1: the file must hold keys and values`);
  }
  const file: ConfigFile = {
    path,
    fromProject,
    values: values as Record<string, unknown>,
    lineOf: (keys) => lineOf(document, lines, keys),
  };
  const unknown = Object.keys(values).find((key) => !sectionNames.includes(key));
  if (unknown !== undefined) {
    throw new BridgeError("CONFIG_INVALID", `${path}:${file.lineOf([unknown])}: ${unknown} is not a key`, {
      details: { file: path, line: file.lineOf([unknown]), key: unknown },
      hint: `Allowed: ${sectionNames.join(", ")}.`,
    });
  }
  return file;
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
