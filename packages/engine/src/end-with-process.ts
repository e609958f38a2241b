import type { ChildProcess } from "node:child_process";

/** Sees to it that the child is gone when this process ends: it may pay no attention to SIGTERM. */
export function endWithThisProcess(child: ChildProcess): void {
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("close", () => process.off("exit", kill));
}
