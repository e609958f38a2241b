import { join } from "node:path";
import { endWithThisProcess } from "@ollama-bridge/foundation";

/** The driver puts it into the folder of Windows; by its name alone, one in the working directory could be taken. */
const PROGRAM =
  process.platform === "win32"
    ? join(process.env.SystemRoot ?? "C:\\Windows", "System32", "nvidia-smi.exe")
    : "nvidia-smi";
const ANSWER_MS = 3_000;

/** The NVIDIA GPUs of this machine as `nvidia-smi` tells them; undefined where it is not there or fails. */
export async function askNvidiaSmi(): Promise<{ count: number; vramGb: number } | undefined> {
  const { execFile } = await import("node:child_process");
  const question = ["--query-gpu=memory.total", "--format=csv,noheader,nounits"];
  return new Promise((resolve) => {
    const limits = { timeout: ANSWER_MS, killSignal: "SIGKILL", windowsHide: true } as const;
    const child = execFile(PROGRAM, question, limits, (error, stdout) => {
      if (error) return resolve(undefined);
      const mebibytes = stdout.trim().split("\n").map(Number).filter(Number.isFinite);
      const total = mebibytes.reduce((sum, each) => sum + each, 0);
      resolve(
        mebibytes.length > 0 && total > 0
          ? { count: mebibytes.length, vramGb: Math.round((total * 1.048576) / 100) / 10 }
          : undefined,
      );
    });
    endWithThisProcess(child);
  });
}
