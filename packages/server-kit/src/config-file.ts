import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { BridgeError } from "./errors.ts";
import type { ConfigFile } from "./parse-config-file.ts";

const FILE_NAMES = ["ollama-bridge.config.yaml", "ollama-bridge.config.json"];

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
    return parse(resolve(named), text, false);
  }
  for (const { folder, fromProject } of searchedFolders(env)) {
    for (const name of FILE_NAMES) {
      const path = join(folder, name);
      const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
        if (cause.code === "ENOENT" || cause.code === "ENOTDIR") return undefined;
        throw new BridgeError("CONFIG_INVALID", `${path} cannot be read (${cause.code})`, { cause });
      });
      if (text !== undefined) return parse(path, text, fromProject);
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

async function parse(path: string, text: string, fromProject: boolean): Promise<ConfigFile> {
  // Most people have no file; they need no parser.
  const { parseConfigFile } = await import("./parse-config-file.ts");
  return parseConfigFile(path, text, fromProject);
}
