import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import type { Writable } from "node:stream";

const HAS_PROC = existsSync("/proc/self/stat");
/** The unit of /proc/PID/stat on Linux, whatever the kernel's own clock. */
const TICKS_PER_SECOND = 100;
const reportCpu = new URL("report-cpu.mjs", import.meta.url).href;

/** A server over stdio, spoken to with as little of our own in between as there can be. */
export class McpProcess {
  readonly #child: ChildProcess;
  readonly #stdin: Writable;
  readonly #waiting = new Map<number, (message: Record<string, unknown>) => void>();
  /** Told of every notification's parameters. */
  onNotification: (params: Record<string, unknown>) => void = () => undefined;
  /** Of a line that is not whole yet. */
  #pieces: string[] = [];
  #id = 0;

  constructor(args: string[], env: Record<string, string>) {
    const options = { env: { ...process.env, ...env } };
    const child = HAS_PROC
      ? spawn(process.execPath, args, { ...options, stdio: ["pipe", "pipe", "ignore"] })
      : spawn(process.execPath, ["--import", reportCpu, ...args], {
          ...options,
          stdio: ["pipe", "pipe", "ignore", "ipc"],
        });
    const { stdin, stdout } = child;
    if (stdin === null || stdout === null) throw new Error("the server was started without pipes");
    stdout.setEncoding("utf8").on("data", (chunk: string) => this.#read(chunk));
    this.#child = child;
    this.#stdin = stdin;
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

  /** The code of the error that the tool answers, else `ok`. */
  async outcome(name: string, args: object): Promise<string> {
    const { result } = await this.request("tools/call", { name, arguments: args });
    const { structuredContent } = result as { structuredContent?: { error?: { code: string } } };
    return structuredContent?.error?.code ?? "ok";
  }

  /** Resident memory in megabytes. */
  residentMegabytes(): number {
    return this.#megabytes("VmRSS");
  }

  /** The most resident memory that it had so far, in megabytes. */
  peakMegabytes(): number {
    return this.#megabytes("VmHWM");
  }

  #megabytes(field: string): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, "utf8");
    return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
  }

  /** The processor time that it has taken so far, in milliseconds; other processes disturb it little. */
  async cpuMs(): Promise<number> {
    if (!HAS_PROC) {
      const answered = once(this.#child, "message");
      this.#child.send("cpu");
      return Number((await answered)[0]);
    }
    const stat = readFileSync(`/proc/${this.#child.pid}/stat`, "utf8");
    // What follows the name, which may hold spaces, begins with the third field; the times are the 14th and the 15th.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND) * 1000;
  }

  async stop(): Promise<void> {
    const exited = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#stdin.end();
    this.#child.kill("SIGTERM");
    await exited;
  }

  #send(message: object): void {
    this.#stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  }

  #read(chunk: string): void {
    const lines = chunk.split("\n");
    for (const [index, piece] of lines.entries()) {
      this.#pieces.push(piece);
      if (index === lines.length - 1) break;
      const line = this.#pieces.splice(0).join("");
      const message = JSON.parse(line) as { id?: number; params?: Record<string, unknown> };
      if (message.id !== undefined) this.#waiting.get(message.id)?.(message);
      else this.onNotification(message.params ?? {});
    }
  }
}
