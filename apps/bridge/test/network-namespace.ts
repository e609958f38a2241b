import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestOllamaOptions } from "@ollama-bridge/test-kit";

const testOllama = fileURLToPath(new URL("../../../packages/test-kit/src/bin.ts", import.meta.url));

/** Why this machine cannot give a test a network and users of its own; undefined where it can. */
export function whyNoNamespaces(): string | undefined {
  if (process.platform !== "linux") return "needs Linux";
  if (process.getuid?.() !== 0) return "needs root";
  const missing = ["unshare", "nsenter", "setpriv", "ip"].filter(
    (program) => spawnSync(program, ["--version"]).error !== undefined,
  );
  if (missing.length > 0) return `needs ${missing.join(", ")}`;
  const read = `require("node:fs").accessSync(${JSON.stringify(testOllama)})`;
  const isReadable = spawnSync("setpriv", [...asUser(NOBODY), process.execPath, "-e", read]).status === 0;
  return isReadable ? undefined : "needs a folder that other users can read";
}

export const NOBODY = 65_534;

const asUser = (id: number) => [`--reuid=${id}`, `--regid=${id}`, "--clear-groups"];

/** A scripted Ollama in the namespace. */
interface NamespacedOllama {
  /** Every request so far, as text. */
  requests(): Promise<string>;
  stop(): Promise<void>;
}

/** A loopback of its own, on which nobody else's servers are. */
export interface NetworkNamespace {
  /** The command and arguments that run a command in it. */
  inNamespace(command: string, ...args: string[]): [command: string, args: string[]];
  /** Starts a scripted Ollama as a user of that id. */
  startOllama(user: number, port: number, options: TestOllamaOptions): Promise<NamespacedOllama>;
  close(): Promise<void>;
}

export async function createNetworkNamespace(): Promise<NetworkNamespace> {
  const holder = spawn("unshare", ["--net", "sh", "-c", "ip link set lo up && echo up && exec cat"]);
  await once(holder.stdout, "data");
  const children = new Set<ChildProcess>();
  const folder = await mkdtemp(join(tmpdir(), "ollama-bridge-namespace-"));
  await chmod(folder, 0o755);
  const inNamespace: NetworkNamespace["inNamespace"] = (command, ...args) => [
    "nsenter",
    [`--net=/proc/${holder.pid}/ns/net`, "--", command, ...args],
  ];
  const end = async (child: ChildProcess) => {
    children.delete(child);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill();
    await exited;
  };
  return {
    inNamespace,
    async startOllama(user, port, options) {
      const script = join(folder, `${user}-${port}.json`);
      await writeFile(script, JSON.stringify(options));
      const [command, args] = inNamespace(
        "setpriv",
        ...asUser(user),
        ...[process.execPath, "--conditions=@ollama-bridge/source", testOllama],
        ...["--port", `${port}`, "--script", script],
      );
      const child = spawn(command, args, { env: {} });
      children.add(child);
      const [said] = await once(child.stderr, "data");
      if (!String(said).startsWith("http://")) throw new Error(String(said));
      return {
        async requests() {
          const program = `fetch("http://127.0.0.1:${port}/__control/log").then((r) => r.text()).then((t) => process.stdout.write(t))`;
          const [node, flags] = inNamespace(process.execPath, "-e", program);
          const { stdout, stderr, status } = spawnSync(node, flags, { encoding: "utf8" });
          if (status !== 0) throw new Error(stderr);
          return stdout;
        },
        stop: () => end(child),
      };
    },
    async close() {
      await Promise.all([...children].map(end));
      holder.stdin.end();
      await once(holder, "exit");
      await rm(folder, { recursive: true });
    },
  };
}
