import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A server under test that listens on a free loopback port. */
export interface SpawnedServer {
  url: string;
  /** What it logged so far. */
  lines: readonly string[];
  /** Sends SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>;
}

/** Starts a server's executable with `--http 0` and waits until its log tells the address. */
export async function spawnHttpServer(
  bin: string,
  args: string[],
  env: Record<string, string>,
): Promise<SpawnedServer> {
  const child = spawn(process.execPath, [bin, ...args, "--http", "127.0.0.1:0"], {
    env: { ...process.env, LOG_LEVEL: "info", ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const lines: string[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stderr }).on("line", (line) => {
      lines.push(line);
      const address = /"url":"(http:[^"]+\/mcp)"/.exec(line)?.[1];
      if (address !== undefined) resolve(address);
    });
    void exited.then((code) => reject(new Error(`the server ended with ${code}:\n${lines.join("\n")}`)));
  });
  return {
    url,
    lines,
    stop() {
      child.kill("SIGTERM");
      return exited;
    },
  };
}
