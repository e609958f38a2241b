import { dirname, join, resolve } from "node:path";
import { foundationErrors } from "@ollama-bridge/foundation";
import type { ConfigSection } from "./config-section.ts";
import { userFolder } from "./folders.ts";
import type { ConfigFile } from "./parse-config-file.ts";
import { loadTrust, type TrustSource } from "./project-trust.ts";
import { readSmallFile, type SmallFile } from "./read-small-file.ts";

const FILE_NAMES = ["ollama-bridge.config.yaml", "ollama-bridge.config.json"];

/** The configuration files that are read. */
export interface FoundConfig {
  /** The operator's: named, of a trusted project, or in the user's folder. */
  file?: ConfigFile;
  /** The nearest one of a project, where nobody trusts it; what it may set is laid over the operator's. */
  project?: ConfigFile & { changed: boolean };
}

/** Which sections a file may have. */
export interface KnownSections {
  /** The sections that the caller reads. */
  sections?: readonly ConfigSection[];
  /** Other top-level keys are left to the servers that share the file; by default they are errors where sections are known. */
  sharesFile?: boolean;
}

/**
 * The configuration file: the named one, else the nearest trusted one from the working directory upwards, else the
 * user's; and the nearest that is not trusted, if it is nearer. Trust is looked up before anything is parsed.
 * @throws BridgeError CONFIG_INVALID that names file and line: missing though named, not YAML or JSON, unknown key.
 */
export async function readConfigFiles(
  named: string | undefined,
  source: TrustSource & KnownSections,
): Promise<FoundConfig> {
  if (named !== undefined) {
    const path = resolve(named);
    const read = await readSmallFile(path);
    if (read === undefined)
      throw foundationErrors.create("CONFIG_INVALID", `${named} cannot be read (ENOENT)`);
    return { file: await parseOperators(path, read, source) };
  }
  const found: FoundConfig = {};
  let trust: Awaited<ReturnType<typeof loadTrust>> | undefined;
  for (const { path, fromProject } of searchedPaths(source.env)) {
    if (found.project !== undefined && fromProject && !trust?.mayTrust(path)) continue;
    const read = await readSmallFile(path);
    if (read === undefined) continue;
    if (fromProject) {
      trust ??= await loadTrust(source);
      const verdict = trust.of({ path, sha256: read.sha256 });
      if (verdict !== "trusted") {
        found.project ??= { ...(await parse(path, read, source)), changed: verdict === "changed" };
        continue;
      }
    }
    return { ...found, file: await parseOperators(path, read, source) };
  }
  return found;
}

/** Lists the folders that a project may have its files in: this one, and those above it. */
export function* foldersUpwards(folder: string): Generator<string> {
  yield folder;
  if (dirname(folder) !== folder) yield* foldersUpwards(dirname(folder));
}

/** Lists where a project's configuration may lie in a folder, the one that wins first. */
export const configPathsIn = (folder: string) => FILE_NAMES.map((name) => join(folder, name));

function* searchedPaths(env: NodeJS.ProcessEnv): Generator<{ path: string; fromProject: boolean }> {
  const users = userFolder(env);
  for (const folder of foldersUpwards(process.cwd()))
    for (const path of configPathsIn(folder)) yield { path, fromProject: folder !== users };
  for (const path of configPathsIn(users)) yield { path, fromProject: false };
}

async function parse(
  path: string,
  { text, sha256 }: SmallFile,
  { sections, sharesFile }: KnownSections,
): Promise<ConfigFile> {
  // Most people have no file; they need no parser.
  const { parseConfigFile } = await import("./parse-config-file.ts");
  const allowed = sharesFile ? undefined : sections?.map(({ name }) => name);
  return { ...parseConfigFile(path, text, allowed), sha256 };
}

async function parseOperators(path: string, read: SmallFile, known: KnownSections): Promise<ConfigFile> {
  const file = await parse(path, read, known);
  for (const { name, prepare } of known.sections ?? [])
    if (file.values[name] !== undefined) await prepare?.();
  return file;
}
