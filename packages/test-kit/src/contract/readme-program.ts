import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/**
 * Makes a program of the first TypeScript example in the README of the package whose `test/` folder holds `testFile`:
 * the arguments that Node takes to run it in that package's folder, on the sources.
 * `replacements` puts, for instance, the scriptable Ollama's address in the place of the example's.
 */
export function readmeProgram(testFile: string, replacements: Record<string, string> = {}) {
  const folder = new URL("..", testFile);
  const [, example] = /^```ts\n(.*?)^```$/ms.exec(readFileSync(new URL("README.md", folder), "utf8")) ?? [];
  if (example === undefined) throw new Error(`the README in ${folder} has no TypeScript example`);
  let program = example;
  for (const [text, replacement] of Object.entries(replacements)) {
    if (!program.includes(text)) throw new Error(`the example in ${folder} does not have ${text}`);
    program = program.replaceAll(text, () => replacement);
  }
  const flags = ["--conditions=@ollama-bridge/source", "--disable-warning=ExperimentalWarning"];
  return {
    args: [...flags, "--input-type=module-typescript", "--eval", program],
    cwd: fileURLToPath(folder),
  };
}

/** Runs that program as somebody would, and resolves to what it wrote. */
export function runReadme(
  testFile: string,
  { replacements, env }: { replacements?: Record<string, string>; env?: Record<string, string> } = {},
): Promise<{ stdout: string; stderr: string }> {
  const { args, cwd } = readmeProgram(testFile, replacements);
  return promisify(execFile)(process.execPath, args, { cwd, env: { ...process.env, ...env } });
}
