import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { createInterface } from "node:readline";

/** A JSON-RPC answer, with the status where it came over HTTP. */
export interface RawAnswer {
  id?: string | number | null;
  result?: { isError?: boolean; structuredContent?: object; [key: string]: unknown };
  error?: { code: number; message: string };
  status?: number;
}

/** A client that sends whatever it is given, one message at a time. */
export interface RawClient {
  exchange(text: string): Promise<RawAnswer>;
}

const initialize = {
  jsonrpc: "2.0",
  id: "initialize",
  method: "initialize",
  params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "raw", version: "1.0.0" } },
};

/** Starts a server over stdio and initializes it. */
export async function spawnRawStdio(args: string[], env: Record<string, string>) {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ["pipe", "pipe", "ignore"],
  });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const waiting: ((answer: RawAnswer) => void)[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    const message: RawAnswer = JSON.parse(line);
    if ("id" in message) waiting.shift()?.(message);
  });
  /** Resolves when the server has taken it. */
  const write = (bytes: string | Buffer) =>
    new Promise<void>((resolve) => void child.stdin.write(bytes, () => resolve()));
  const exchange = (text: string | Buffer) => {
    const answered = new Promise<RawAnswer>((resolve) => waiting.push(resolve));
    void write(Buffer.concat([Buffer.from(text), Buffer.from("\n")]));
    return answered;
  };
  await exchange(JSON.stringify(initialize));
  return {
    exchange,
    write,
    /** The most memory that it ever had resident, in MiB; on Linux only. */
    peakMebibytes: () =>
      Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) / 1024,
    stop() {
      child.stdin.end();
      return exited;
    },
  };
}

/** Opens a session of the older protocol era at an endpoint. */
export async function connectRawHttp(url: string): Promise<RawClient> {
  const { session } = await post(url, JSON.stringify(initialize));
  const headers = { "mcp-session-id": session ?? "", "mcp-protocol-version": "2025-06-18" };
  return {
    async exchange(text) {
      const { body, status } = await post(url, text, headers);
      const data = body.split("\n").findLast((line) => line.startsWith("data: "));
      return { ...JSON.parse(data?.slice("data: ".length) ?? body), status };
    },
  };
}

function post(url: string, text: string, headers: Record<string, string> = {}) {
  const accept = "application/json, text/event-stream";
  return new Promise<{ status: number; body: string; session?: string }>((resolve, reject) => {
    const sent = request(
      url,
      { method: "POST", headers: { "content-type": "application/json", accept, ...headers } },
      async (response) => {
        let body = "";
        for await (const chunk of response) body += chunk;
        const session = response.headers["mcp-session-id"];
        resolve({
          status: response.statusCode ?? 0,
          body,
          ...(typeof session === "string" ? { session } : {}),
        });
      },
    );
    sent.on("error", reject);
    sent.end(text);
  });
}
