import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createTestOllama, type TestOllama } from "@ollama-bridge/test-kit";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { defaultModelAvailable, fetchTimeoutMs } from "../../../packages/engine/test/real-engine.ts";
import { type QuietEnvironment, quietEnvironment } from "./quiet-environment.ts";

const binOf = (folder: string) => fileURLToPath(new URL(`../../../${folder}/dist/bin.js`, import.meta.url));
const bridge = binOf("apps/bridge");
const endings = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

let ollama: TestOllama;
let quiet: QuietEnvironment;
let folder: string;
beforeEach(async () => {
  ollama = await createTestOllama({ models: [{ name: "llama3.2", answer: "hello there" }] });
  quiet = await quietEnvironment(ollama.url);
  folder = mkdtempSync(join(tmpdir(), "ollama-bridge-endings-"));
});
afterEach(async () => {
  await Promise.all([ollama.close(), quiet.clear()]);
  rmSync(folder, { recursive: true, force: true });
});

interface Run {
  child: ChildProcessWithoutNullStreams;
  pid: number;
  /** What came on stdout and stderr. */
  said(): string;
  call(tool: string, args: object): void;
  exited: Promise<[code: number | null, signal: NodeJS.Signals | null]>;
}

function run(bin: string, args: string[] = [], env: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, [bin, ...args], { env: { ...process.env, ...quiet.env, ...env } });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
  const send = (message: object) =>
    void child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  return {
    child,
    pid: child.pid as number,
    said: () => said,
    call(name, args) {
      const clientInfo = { name: "test", version: "1" };
      const params = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo };
      send({ id: 0, method: "initialize", params });
      send({ method: "notifications/initialized" });
      send({ id: 1, method: "tools/call", params: { name, arguments: args } });
    },
    exited: new Promise((resolve) => child.once("close", (code, signal) => resolve([code, signal]))),
  };
}

/** A program that pays no attention to any ending, and writes down its process. */
function stubborn(name: string, work = ""): { file: string; pids(): number[] } {
  const [file, noted] = [join(folder, name), join(folder, `${name}.pids`)];
  const script = `#!/bin/sh\ntrap '' TERM INT HUP\nsleep 10000 &\necho $$ $! > '${noted}.new'; mv '${noted}.new' '${noted}'\n${work}\nsleep 10000\n`;
  writeFileSync(file, script);
  chmodSync(file, 0o755);
  return {
    file,
    pids: () => (existsSync(noted) ? readFileSync(noted, "utf8").trim().split(" ").map(Number) : []),
  };
}

/** Whether the process is there and more than an entry that nobody has taken note of. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    const status = process.platform === "linux" ? readFileSync(`/proc/${pid}/status`, "utf8") : "";
    return !/^State:\s+[ZX]/m.test(status);
  } catch {
    return false;
  }
}

async function expectGone(pids: number[]): Promise<void> {
  expect(pids.length).toBeGreaterThan(0);
  await vi.waitFor(() => expect(pids.filter(isRunning)).toEqual([]), { timeout: 5_000 });
}

// Where the system tells which signals a process takes, and has such signals.
describe.skipIf(process.platform !== "linux")(
  "a server that is told to end as soon as it has started",
  () => {
    /** Resolves when the process takes SIGHUP itself, which Node alone does not; before that, no program of ours runs yet. */
    async function takesSignals(pid: number): Promise<void> {
      for (;;) {
        const [, caught = "0"] = /^SigCgt:\s+(\w+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
        if (BigInt(`0x${caught}`) & 1n) return;
        await new Promise(setImmediate);
      }
    }

    test.each([
      "apps/bridge",
      ...["core-client", "discovery", "router", "consult", "memory", "engine"].map(
        (name) => `packages/${name}`,
      ),
    ])("ends with 0 at any moment: %s", { timeout: 120_000 }, async (name) => {
      for (const [round, delayMs] of [0, 3, 15, 50, 120, 250].entries()) {
        const server = run(binOf(name), [], { ENGINE_MODEL: join(folder, "none.gguf"), LOG_LEVEL: "error" });
        await takesSignals(server.pid);
        await sleep(delayMs); // to meet another moment of the start in each round
        server.child.kill(endings[round % endings.length]);
        const [code, signal] = await server.exited;
        const hasFailedBefore = name === "packages/engine" && code === 1; // without a model it ends by itself
        if (!hasFailedBefore)
          expect({ delayMs, code, signal, said: server.said() }).toEqual({
            delayMs,
            code: 0,
            signal: null,
            said: "",
          });
      }
    });
  },
);

test.skipIf(process.platform === "win32")(
  "a command for a person that is ended has not succeeded",
  async () => {
    const pause = ollama.pauseBefore("token-2");
    const asking = run(bridge, ["ask", "llama3.2", "hi"]);
    await pause.reached;
    asking.child.kill("SIGTERM");
    expect(await asking.exited).toEqual([143, null]);
    await ollama.until(({ aborted }) => aborted === 1);
  },
);

describe.skipIf(process.platform === "win32")(
  "children that pay no attention are gone when a server has ended",
  () => {
    const journal = fileURLToPath(
      new URL("../../../packages/memory/test/journal-server.ts", import.meta.url),
    );
    const start = `'${process.execPath}' --conditions=@ollama-bridge/source '${journal}'`;

    test.each([...endings, "the end of its input"] as const)(
      "a memory server with what it started, by %s",
      async (by) => {
        const child = stubborn("launcher", start);
        const memory = { command: child.file, env: { JOURNAL: join(folder, "journal") } };
        const server = run(bridge, [], { REMEMBER_MCP_CONFIG: JSON.stringify(memory) });
        server.call("remember_consult", { key: "k", value: "v" });
        await vi.waitFor(() => expect(server.said()).toMatch(/"stored":true/), { timeout: 20_000 });
        const pids = child.pids();
        expect(pids.filter(isRunning)).toEqual(pids);
        if (by === "the end of its input") server.child.stdin.end();
        else server.child.kill(by);
        expect(await server.exited).toEqual([0, null]);
        await expectGone(pids);
      },
    );

    test("a program that is asked for the GPUs", async () => {
      const child = stubborn("nvidia-smi", "exec sleep 10000");
      const server = run(bridge, [], { PATH: [folder, process.env.PATH].join(delimiter) });
      server.call("discover_instances", {});
      await vi.waitFor(() => expect(child.pids()).toHaveLength(2), { timeout: 20_000 });
      const [pid = 0] = child.pids();
      server.child.kill("SIGTERM");
      expect(await server.exited).toEqual([0, null]);
      await expectGone([pid]);
      process.kill(child.pids()[1] as number, "SIGKILL");
    });

    test("a program that fetches a model for the engine", async () => {
      const child = stubborn("python3", "exec sleep 10000");
      const unreachable = "http://127.0.0.1:9";
      const server = run(bridge, ["serve", "--engine"], {
        PATH: [folder, process.env.PATH].join(delimiter),
        XDG_CACHE_HOME: join(folder, "cache"),
        ENGINE_MODEL: "",
        https_proxy: unreachable,
        no_proxy: "",
      });
      await vi.waitFor(() => expect(child.pids()).toHaveLength(2), { timeout: 20_000 });
      const [pid = 0] = child.pids();
      server.child.kill("SIGHUP");
      expect(await server.exited).toEqual([0, null]);
      await expectGone([pid]);
      process.kill(child.pids()[1] as number, "SIGKILL");
    });
  },
);

const available = process.platform === "linux" && (await defaultModelAvailable());

test.skipIf(!available)(
  "the engine is gone too, also when it does nothing any more",
  { timeout: fetchTimeoutMs },
  async () => {
    const server = run(bridge, ["serve", "--engine"], { ENGINE_MODEL: "", LOG_LEVEL: "info" });
    await vi.waitFor(() => expect(server.said()).toMatch(/engine is running/), { timeout: 60_000 });
    const engines = readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, "utf8")
      .trim()
      .split(" ")
      .map(Number);
    for (const pid of engines) process.kill(pid, "SIGSTOP");
    server.child.kill("SIGTERM");
    expect(await server.exited).toEqual([0, null]);
    await expectGone(engines);
  },
);
