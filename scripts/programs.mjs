// How scripts start other programs, on every system.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** `[program, argument]` of a tool that the project depends on. */
export function tool(name, packageName = name) {
  const folder = resolve("node_modules", packageName);
  const { bin } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return [process.execPath, join(folder, typeof bin === "string" ? bin : bin[name])];
}

/**
 * Resolves to what the program wrote to stdout.
 * @throws Error with all that it wrote, when it fails.
 */
export async function run(program, args, options = {}) {
  // npm and pnpm are batch files on Windows, which only a shell starts, and it splits at spaces.
  const shell = process.platform === "win32" && program !== process.execPath;
  const list = shell ? args.map((argument) => `"${argument}"`) : args;
  try {
    const { stdout } = await promisify(execFile)(program, list, {
      maxBuffer: MAX_OUTPUT_BYTES,
      ...options,
      shell,
    });
    return stdout;
  } catch (error) {
    const output = [error.stdout, error.stderr].filter(Boolean).join("\n");
    throw new Error(`${[program, ...args].join(" ")} failed (${error.code ?? error.signal}):\n${output}`, {
      cause: error,
    });
  }
}
