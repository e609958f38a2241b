import { existsSync } from "node:fs";
import { foundationErrors } from "@ollama-bridge/foundation";
import { mcpJsonIn } from "@ollama-bridge/memory";
import {
  configPathsIn,
  foldersUpwards,
  loadSettings,
  readSmallFile,
  readTrusted,
  writeTrusted,
} from "@ollama-bridge/server-kit";
import { configSections } from "../config-sections.ts";

const { env } = process;
const print = (line: string) => process.stdout.write(`${line}\n`);

/**
 * The command `trust`: keeps path and SHA-256 of this project's files in the user's folder, or forgets them. Resolves to
 * the exit code. @throws BridgeError CONFIG_INVALID for a file that is wrong; it stays untrusted.
 */
export async function trust({ remove = false }: { remove?: boolean }): Promise<number> {
  const record = new Map(Object.entries(await readTrusted(env)));
  const paths = projectPaths(remove ? (path) => record.has(path) : existsSync);
  if (paths.length === 0) {
    const what = remove
      ? "Nothing is trusted"
      : "There is no ollama-bridge.config.yaml and no .vscode/mcp.json";
    process.stderr.write(`${what} in ${process.cwd()} or above.\n`);
    return 1;
  }
  for (const path of paths)
    if (remove) record.delete(path);
    else record.set(path, await digestOf(path));
  await writeTrusted(env, Object.fromEntries(record));
  for (const path of paths) print(`${remove ? "Not trusted any more" : "Trusted"}: ${path}`);
  if (!remove)
    print("A file that changes has to be trusted again. To take it back: ollama-bridge-mcp trust --remove");
  return 0;
}

/**
 * The files of the project that this folder belongs to: it begins where its configuration lies, else where its `mcp.json`
 * does. Files above it are another's.
 */
function projectPaths(is: (path: string) => boolean): string[] {
  const folders = [...foldersUpwards(process.cwd())];
  const configured = folders.findIndex((folder) => configPathsIn(folder).some(is));
  const top = configured >= 0 ? configured : folders.findIndex((folder) => is(mcpJsonIn(folder)));
  const project = folders.slice(0, top + 1);
  const config = project.flatMap(configPathsIn).find(is);
  return [...(config === undefined ? [] : [config]), ...project.map(mcpJsonIn).filter(is)];
}

/** The SHA-256 of the very bytes that were looked at. */
async function digestOf(path: string): Promise<string> {
  if (!path.endsWith("mcp.json")) {
    const settings = await loadSettings({ env, configPath: path, sections: configSections });
    for (const section of configSections) settings.read(section);
    if (settings.file !== undefined) return settings.file.sha256;
  }
  const file = await readSmallFile(path);
  if (file === undefined) throw foundationErrors.create("CONFIG_INVALID", `${path} is gone`);
  return file.sha256;
}
