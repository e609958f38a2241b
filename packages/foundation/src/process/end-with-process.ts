import type { ChildProcess } from "node:child_process";
import { join } from "node:path";

/**
 * Sees to it that the child is gone when this process ends, however it ends but by SIGKILL: a child may pay no attention to
 * the end of its input and to SIGTERM.
 */
export function endWithThisProcess(
  child: ChildProcess,
  kill: () => void = () => child.kill("SIGKILL"),
): void {
  process.once("exit", kill);
  child.once("close", () => process.off("exit", kill));
}

/**
 * Ends the child with all that it started: a launcher such as npx is only the first of several. Outside Windows, which knows
 * no way but killing, it must have been started `detached`, which makes it the head of a group of processes.
 */
export function endTree({ pid }: ChildProcess, signal: "SIGTERM" | "SIGKILL"): void {
  if (pid === undefined) return;
  if (process.platform === "win32") {
    const program = join(process.env.SystemRoot ?? "C:\\Windows", "System32", "taskkill.exe");
    // Asked for only now: reading the module costs a start that may never need it.
    const { spawnSync } = process.getBuiltinModule("node:child_process");
    spawnSync(program, ["/pid", String(pid), "/t", "/f"], { stdio: "ignore", windowsHide: true });
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch {
    // they are gone already
  }
}
