import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Less than a test may take, so that what was said until then is told. */
const RUN_TIMEOUT_MS = 110_000;
const MAX_OUTPUT_BYTES = 32 * 1024 * 1024;
/** What programs need of this machine; everything else of its environment could change what they do. */
const KEPT_VARIABLES = ["PATH", "SystemRoot", "TEMP", "TMP", "TMPDIR"];

interface ProgramRun {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs outside programs in a home folder of their own. */
export interface ProgramHome {
  path: string;
  /**
   * Resolves when the program has ended, with whatever exit code.
   * @throws Error when it could not be started or had to be stopped after 110 s.
   */
  run(program: string, args: string[], env?: Record<string, string>): Promise<ProgramRun>;
  remove(): Promise<void>;
}

export async function createProgramHome(): Promise<ProgramHome> {
  const path = await mkdtemp(join(tmpdir(), "ollama-bridge-interop-"));
  const kept = KEPT_VARIABLES.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const base = { ...Object.fromEntries(kept), HOME: path, USERPROFILE: path };
  return {
    path,
    run(program, args, env = {}) {
      return new Promise((resolve, reject) => {
        const options = {
          cwd: path,
          env: { ...base, ...env },
          timeout: RUN_TIMEOUT_MS,
          maxBuffer: MAX_OUTPUT_BYTES,
        };
        const child = execFile(program, args, options, (error, stdout, stderr) => {
          const exitCode = error === null ? 0 : error.code;
          // A program may answer the signal that stops it with an exit code of its own.
          if (typeof exitCode === "number" && !error?.killed) resolve({ exitCode, stdout, stderr });
          else reject(new Error(`${program} ${args.join(" ")}: ${error?.message}\n${stdout}${stderr}`));
        });
        child.stdin?.end();
      });
    },
    // What a program started may still write while it ends.
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 10 }),
  };
}
