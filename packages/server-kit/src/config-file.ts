import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Document, LineCounter } from "yaml";
import { BridgeError } from "./errors.ts";

const FILE_NAMES = ["ollama-bridge.config.yaml", "ollama-bridge.config.json"];

/** Every top-level key there can be; a single server reads its own and leaves the others to theirs. */
export const sectionNames = [
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

/**
 * The configuration file: the named one, else the nearest from the working directory upwards, else the user's.
 * @throws BridgeError CONFIG_INVALID that names file and line: missing though named, not YAML or JSON, unknown key.
 */
export async function readConfigFile(
  named: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<ConfigFile | undefined> {
  if (named !== undefined) {
    const text = await readFile(resolve(named), "utf8").catch((cause: NodeJS.ErrnoException) => {
      throw new BridgeError("CONFIG_INVALID", `${named} cannot be read (${cause.code})`, { cause });
    });
    return parseConfigFile(resolve(named), text, false);
  }
  for (const { folder, fromProject } of searchedFolders(env)) {
    for (const name of FILE_NAMES) {
      const path = join(folder, name);
      const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
        if (cause.code === "ENOENT" || cause.code === "ENOTDIR") return undefined;
        throw new BridgeError("CONFIG_INVALID", `${path} cannot be read (${cause.code})`, { cause });
      });
      if (text !== undefined) return parseConfigFile(path, text, fromProject);
    }
  }
  return undefined;
}

function* searchedFolders(env: NodeJS.ProcessEnv): Generator<{ folder: string; fromProject: boolean }> {
  let folder = process.cwd();
  while (true) {
    yield { folder, fromProject: true };
    if (dirname(folder) === folder) break;
    folder = dirname(folder);
  }
  const base = process.platform === "win32" ? env.APPDATA : env.XDG_CONFIG_HOME;
  yield { folder: join(base || join(homedir(), ".config"), "ollama-bridge"), fromProject: false };
}

async function parseConfigFile(path: string, text: string, fromProject: boolean): Promise<ConfigFile> {
  // Most people have no file; they need no parser.
  const { LineCounter, parseDocument } = await import("yaml");
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
