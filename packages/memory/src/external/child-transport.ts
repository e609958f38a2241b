import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  type JSONRPCMessage,
  ReadBuffer,
  serializeMessage,
  type Transport,
} from "@modelcontextprotocol/client";
import { endTree, endWithThisProcess, waitAtMost } from "@ollama-bridge/foundation";
import spawn from "cross-spawn";

/** How long a server has to end when its input has ended, and how long again when it was told to. */
const END_TIMEOUT_MS = 600;

export interface ChildServer {
  command: string;
  args: string[];
  env: Record<string, string>;
  cwd: string | undefined;
}

/**
 * An MCP server over the stdio of a process started here, which is gone with all that it started once this is closed
 * or this process ends. The SDK's own transport knows only the first of them: of `npx`, not of the server behind it.
 */
export class ChildTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #server: ChildServer;
  readonly #buffer = new ReadBuffer();
  #child: ChildProcess | undefined;

  constructor(server: ChildServer) {
    this.#server = server;
  }

  async start(): Promise<void> {
    const { command, args, env, cwd } = this.#server;
    const child = spawn(command, args, {
      env,
      ...(cwd === undefined ? {} : { cwd }),
      stdio: ["pipe", "pipe", "ignore"],
      detached: process.platform !== "win32", // the head of a group of its own
      windowsHide: true,
    });
    endWithThisProcess(child, () => endTree(child, "SIGKILL"));
    const failed = (error: Error) => this.onerror?.(error);
    child.on("error", failed);
    child.stdin?.on("error", failed);
    child.stdout?.on("error", failed).on("data", (chunk: Buffer) => this.#read(chunk));
    child.once("close", () => {
      this.#child = undefined;
      this.onclose?.();
    });
    this.#child = child;
    await once(child, "spawn");
  }

  #read(chunk: Buffer): void {
    try {
      this.#buffer.append(chunk);
    } catch (error) {
      this.onerror?.(error as Error);
      void this.close();
      return;
    }
    for (;;) {
      try {
        const message = this.#buffer.readMessage();
        if (message === null) return;
        this.onmessage?.(message);
      } catch (error) {
        this.onerror?.(error as Error);
      }
    }
  }

  send(message: JSONRPCMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      const input = this.#child?.stdin;
      if (!input) throw new Error("the server has ended");
      input.write(serializeMessage(message), (error) => (error ? reject(error) : resolve()));
    });
  }

  async close(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    this.#child = undefined;
    this.#buffer.clear();
    let isClosed = false;
    const closed = new Promise<void>((resolve) =>
      child.once("close", () => {
        isClosed = true;
        resolve();
      }),
    );
    child.stdin?.end();
    await waitAtMost(END_TIMEOUT_MS, closed);
    if (!isClosed) {
      endTree(child, "SIGTERM");
      await waitAtMost(END_TIMEOUT_MS, closed);
    }
    endTree(child, "SIGKILL"); // also when the first of them has ended: the others may not have
    child.stdout?.destroy();
  }
}
