import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterAll, beforeAll, expect, vi } from "vitest";

/** How the server is started from its sources. */
export const serverCommand = {
  command: process.execPath,
  args: ["--conditions=@ollama-bridge/source", fileURLToPath(new URL("../src/bin.ts", import.meta.url))],
};

export interface Reply {
  status: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a tool answers is what the test is about
  data: any;
  error?: { code: string; message: string; details?: Record<string, unknown> };
  text: string;
}

/** The server of this package in a process of its own, with its file in a temporary folder. */
export class MemoryClient {
  readonly client = new Client({ name: "test", version: "1" });
  readonly log: string[] = [];
  readonly #transport: StdioClientTransport;

  private constructor(env: Record<string, string>, cwd: string, args: string[]) {
    const server = { ...serverCommand, args: [...serverCommand.args, ...args] };
    this.#transport = new StdioClientTransport({ ...server, env, cwd, stderr: "pipe" });
    this.#transport.stderr?.on("data", (text) => this.log.push(String(text)));
  }

  static async start(
    env: Record<string, string>,
    { cwd = tmpdir(), args = [] as string[] } = {},
  ): Promise<MemoryClient> {
    const started = new MemoryClient(
      { PATH: process.env.PATH ?? "", HOME: "/nonexistent", LOG_LEVEL: "warn", ...env },
      cwd,
      args,
    );
    await started.client.connect(started.#transport);
    return started;
  }

  get pid(): number {
    return this.#transport.pid as number;
  }

  async call(name: string, args: Record<string, unknown>): Promise<Reply> {
    const { structuredContent, content } = await this.client.callTool({ name, arguments: args });
    const [first] = content;
    return { ...(structuredContent as unknown as Reply), text: first?.type === "text" ? first.text : "" };
  }

  /** `data` of a call that must succeed. */
  async data(name: string, args: Record<string, unknown>): Promise<Reply["data"]> {
    const reply = await this.call(name, args);
    if (reply.status !== "success") throw new Error(reply.text);
    return reply.data;
  }

  /** Resolves once the log says it: what is logged may come later than the answer. */
  logged(text: RegExp): Promise<void> {
    return eventually(() => expect(this.log.join("")).toMatch(text));
  }

  /**
   * Resolves once the external memory answers, or is passed over: on a busy machine its process may take longer to
   * start than an answer waits for it.
   */
  async externalReached(): Promise<void> {
    await eventually(async () =>
      expect((await this.data("search_memories", { query: "nothing" })).warnings).toBeUndefined(),
    );
  }

  close(): Promise<void> {
    return this.client.close();
  }
}

/** Looks until the check passes: what other processes do is seen in files and answers only. */
export const eventually = <Value>(check: () => Value | Promise<Value>): Promise<Value> =>
  vi.waitFor(check, { timeout: 60_000 });

/** A folder that is removed by `remove`. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "memory-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** One server with a store of its own for all tests of a file. */
export function useMemory(): Pick<MemoryClient, "call" | "data"> {
  const folder = temporaryFolder();
  let memory: MemoryClient;
  beforeAll(async () => {
    memory = await MemoryClient.start({ MEMORY_DIR: folder.path });
  });
  afterAll(async () => {
    await memory.close();
    folder.remove();
  });
  return {
    call: (name, args) => memory.call(name, args),
    data: (name, args) => memory.data(name, args),
  };
}
