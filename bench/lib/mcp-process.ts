import { type ChildProcessByStdio, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Readable, Writable } from "node:stream";

/** A server over stdio, spoken to with as little of our own in between as there can be. */
export class McpProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiting = new Map<number, (message: Record<string, unknown>) => void>();
  /** Told of every notification's parameters. */
  onNotification: (params: Record<string, unknown>) => void = () => undefined;
  #rest = "";
  #id = 0;

  constructor(args: string[], env: Record<string, string>) {
    this.#child = spawn(process.execPath, args, {
      stdio: ["pipe", "pipe", "ignore"],
      env: { ...process.env, ...env },
    });
    this.#child.stdout.setEncoding("utf8").on("data", (chunk: string) => this.#read(chunk));
  }

  request(method: string, params: object = {}): Promise<Record<string, unknown>> {
    const id = ++this.#id;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#send({ id, method, params });
    });
  }

  async initialize(): Promise<void> {
    const clientInfo = { name: "bench", version: "1.0.0" };
    await this.request("initialize", { protocolVersion: "2025-06-18", capabilities: {}, clientInfo });
    this.#send({ method: "notifications/initialized" });
  }

  /** @throws Error when the tool failed, for a benchmark of failures says nothing. */
  async call(name: string, args: object, meta: object = {}): Promise<void> {
    const answer = await this.request("tools/call", { name, arguments: args, _meta: meta });
    const result = answer.result as { isError?: boolean } | undefined;
    if (result === undefined || result.isError)
      throw new Error(`${name} failed: ${JSON.stringify(answer).slice(0, 500)}`);
  }

  /** Resident memory in megabytes. */
  residentMegabytes(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  }

  async stop(): Promise<void> {
    const exited = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.stdin.end();
    this.#child.kill("SIGTERM");
    await exited;
  }

  #send(message: object): void {
    this.#child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  }

  #read(chunk: string): void {
    const lines = (this.#rest + chunk).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      const message = JSON.parse(line) as { id?: number; params?: Record<string, unknown> };
      if (message.id !== undefined) this.#waiting.get(message.id)?.(message);
      else this.onNotification(message.params ?? {});
    }
  }
}
