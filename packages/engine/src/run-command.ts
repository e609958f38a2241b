import { spawn } from "node:child_process";
import { endWithThisProcess } from "@ollama-bridge/foundation";

/** Ends with the last line that the command wrote to stderr, or undefined where there is no such command. */
type Outcome = { ok: true } | { ok: false; missing: boolean; reason: string };

function runCommand(
  [command, ...args]: readonly [string, ...string[]],
  options: { env: NodeJS.ProcessEnv; signal?: AbortSignal | undefined },
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...options,
      killSignal: "SIGKILL",
      stdio: ["ignore", "ignore", "pipe"],
      windowsHide: true,
    });
    endWithThisProcess(child);
    let lastLines = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      lastLines = (lastLines + text).slice(-4000);
    });
    child.once("error", (error: NodeJS.ErrnoException) => {
      if (options.signal?.aborted) reject(options.signal.reason);
      else resolve({ ok: false, missing: error.code === "ENOENT", reason: error.message });
    });
    child.once("close", (code) => {
      if (options.signal?.aborted) reject(options.signal.reason);
      else if (code === 0) resolve({ ok: true });
      else resolve({ ok: false, missing: false, reason: lastLine(lastLines) || `it ended with ${code}` });
    });
  });
}

const lastLine = (text: string): string =>
  text
    .split(/\r?\n/)
    .filter((line) => line.trim() && !line.startsWith("[notice]"))
    .at(-1)
    ?.trim() ?? "";

/** Runs the first of the commands that works; throws the reasons of those that exist but failed. */
export async function runFirst(
  commands: readonly (readonly [string, ...string[]])[],
  args: string[],
  options: { env: NodeJS.ProcessEnv; signal?: AbortSignal | undefined },
): Promise<void> {
  const reasons: string[] = [];
  for (const command of commands) {
    const outcome = await runCommand([...command, ...args], options);
    if (outcome.ok) return;
    if (!outcome.missing) reasons.push(`${command.join(" ")}: ${outcome.reason}`);
  }
  throw new Error(reasons.join("; ") || `there is no ${commands.map(([name]) => name).join(", ")}`);
}
