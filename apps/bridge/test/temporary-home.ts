import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, realpath, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const builtBin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));

interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

/** A user's home with a project in it, of which nothing is the real user's. */
export interface TemporaryHome {
  path: string;
  project: string;
  env: Record<string, string>;
  /** Runs the bridge in the project; `bin` instead of the built one. */
  bridge(
    args: string[],
    options?: { env?: Record<string, string>; bin?: string; cwd?: string },
  ): Promise<Run>;
  write(file: string, text: string): Promise<void>;
  read(file: string): Promise<string>;
  /** What tells whether a file was written: its bytes and its times. */
  state(file: string): Promise<unknown>;
  remove(): Promise<void>;
}

/** Where programs with windows keep their settings, from the home. */
export const applicationData =
  { win32: "AppData/Roaming", darwin: "Library/Application Support" }[process.platform as string] ??
  ".config";

export async function createTemporaryHome(): Promise<TemporaryHome> {
  const path = await realpath(await mkdtemp(join(tmpdir(), "ollama-bridge-home-")));
  const project = join(path, "project");
  const programs = join(path, "programs");
  await Promise.all([mkdir(project), mkdir(programs)]);
  const env = {
    PATH: programs,
    HOME: path,
    USERPROFILE: path,
    APPDATA: join(path, "AppData", "Roaming"),
    LOCALAPPDATA: join(path, "AppData", "Local"),
    NODE_COMPILE_CACHE: join(tmpdir(), "ollama-bridge-compiled"),
    NO_COLOR: "1",
  };
  const at = (file: string) => join(path, file);
  return {
    path,
    project,
    env,
    bridge: (args, options = {}) =>
      new Promise((resolve) => {
        const where = { cwd: options.cwd ?? project, env: { ...env, ...options.env } };
        const child = execFile(
          process.execPath,
          [options.bin ?? builtBin, ...args],
          where,
          (error, stdout, stderr) =>
            resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
        );
        child.stdin?.end();
      }),
    async write(file, text) {
      await mkdir(dirname(at(file)), { recursive: true });
      await writeFile(at(file), text);
    },
    read: (file) => readFile(at(file), "utf8"),
    async state(file) {
      const { mtimeMs, ctimeMs, ino } = await stat(at(file));
      return { bytes: await readFile(at(file), "latin1"), mtimeMs, ctimeMs, ino };
    },
    remove: () => rm(path, { recursive: true, force: true }),
  };
}
