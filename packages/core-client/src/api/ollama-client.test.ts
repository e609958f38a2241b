import { spawn } from "node:child_process";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { createTestOllama, type Fault, type TestOllama } from "@ollama-bridge/test-kit";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { runOnInstance } from "../run/run-on-instance.ts";
import { OllamaClient } from "./ollama-client.ts";

let ollama: TestOllama;
let client: OllamaClient;
const never = new AbortController().signal;

beforeEach(async () => {
  ollama = await createTestOllama({ models: [{ name: "llama3.2", answer: "Grüße, 世界 👋!" }] });
  client = new OllamaClient({ name: "test", url: ollama.url });
});
afterEach(async () => {
  await client.close();
  await ollama.close();
});

const ask = (signal = never) => runOnInstance(client, { model: "llama3.2", prompt: "hello" }, { signal });

describe("each failure has its code", () => {
  const cases: [string, Fault, string, object?][] = [
    ["connection reset", { kind: "reset" }, "OLLAMA_CONNECTION_FAILED", { errno: expect.any(String) }],
    ["queue full", { kind: "queue-full" }, "OLLAMA_BUSY"],
    ["429 with seconds", { kind: "rate-limited", retryAfter: 7 }, "OLLAMA_BUSY", { retryAfter: 7000 }],
    [
      "429 with a date",
      // An hour from when this file is read; a test of it begins later.
      { kind: "rate-limited", retryAfter: new Date(Date.now() + 3_600_000).toUTCString() },
      "OLLAMA_BUSY",
      { retryAfter: expect.closeTo(3_600_000, -6) },
    ],
    ["429 without Retry-After", { kind: "rate-limited" }, "OLLAMA_BUSY"],
    ["out of memory", { kind: "out-of-memory" }, "OLLAMA_PROCESSING_ERROR", { status: 500 }],
    ["runner died", { kind: "runner-terminated" }, "OLLAMA_PROCESSING_ERROR", { status: 500 }],
    ["signed out", { kind: "signed-out" }, "UNAUTHORIZED", { status: 401 }],
    ["ghost model", { kind: "ghost" }, "MODEL_NOT_FOUND"],
    ["HTML", { kind: "html" }, "OLLAMA_PROCESSING_ERROR"],
    ["error line in the stream", { kind: "error-after-tokens", tokens: 1 }, "OLLAMA_PROCESSING_ERROR"],
    ["stream without its end", { kind: "cut-after-tokens", tokens: 1 }, "OLLAMA_PROCESSING_ERROR"],
    ["reset in the middle", { kind: "reset-after-tokens", tokens: 1 }, "OLLAMA_CONNECTION_FAILED"],
    ["any other status", { kind: "status", status: 418 }, "OLLAMA_PROCESSING_ERROR", { status: 418 }],
  ];
  test.each(cases)("%s", async (_name, fault, code, details = {}) => {
    ollama.inject(fault);
    await expect(ask()).rejects.toMatchObject({ code, details });
    await ollama.until(({ totalInFlight }) => totalInFlight === 0);
  });

  test("refused", async () => {
    await ollama.goDown();
    const error = await ask().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "OLLAMA_CONNECTION_FAILED",
      retryable: true,
      details: { endpoint: ollama.url, errno: "ECONNREFUSED", attempt: 1, retryAfter: expect.any(Number) },
    });
    expect((error as Error).message).toContain(ollama.url);
  });

  test("what does not speak HTTP is told as that", async () => {
    const other = createServer((socket) =>
      socket.on("error", () => undefined).end("SSH-2.0-OpenSSH_9.6\r\n"),
    );
    other.listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as AddressInfo;
    const lost = new OllamaClient(`http://127.0.0.1:${port}`);
    await expect(lost.version()).rejects.toMatchObject({
      code: "OLLAMA_PROCESSING_ERROR",
      message: expect.stringContaining("did not answer in HTTP"),
    });
    await lost.close();
    other.close();
  });

  test("a server that accepts and says nothing ends at the deadline", async () => {
    const silent = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => silent.once("listening", resolve));
    const { port } = silent.address() as { port: number };
    const other = new OllamaClient({ name: "silent", url: `http://127.0.0.1:${port}` });
    await expect(other.version({ timeoutMs: 50 })).rejects.toMatchObject({
      code: "TIMEOUT_EXCEEDED",
    });
    await other.close();
    silent.close();
  });
});

test("what arrived before the answer broke off is in the error", async () => {
  ollama.inject({ kind: "error-after-tokens", tokens: 1 });
  await expect(ask()).rejects.toMatchObject({ details: { partial: expect.stringMatching(/^Grüße/) } });
});

test.each<Fault>([{ kind: "split-bytes" }, { kind: "join-lines", lines: 3 }])(
  "text survives however the bytes are cut: $kind",
  async (fault) => {
    ollama.inject(fault);
    expect(await ask()).toMatchObject({ response: "Grüße, 世界 👋!", doneReason: "stop" });
  },
);

test("one connection serves one call after the other", async () => {
  let most = 0;
  for (let call = 0; call < 5; call++) {
    await ask();
    most = Math.max(most, ollama.counters.connectionsOpen);
  }
  // The next call may begin before the last answer has ended.
  expect(most).toBeLessThanOrEqual(2);
  expect(ollama.counters.aborted).toBe(0);
});

test("a look-up is asked again when the connection broke, a generation is not", async () => {
  ollama.inject({ kind: "reset", times: 1, path: "/api/tags" });
  expect((await client.list()).models).toHaveLength(1);
  ollama.inject({ kind: "reset", times: 1, path: "/api/generate" });
  await expect(ask()).rejects.toMatchObject({ code: "OLLAMA_CONNECTION_FAILED" });
  expect(ollama.counters.requests["/api/generate"]).toBe(1);
});

test("an abort ends the request at the server, whether it waits or generates", async () => {
  for (const point of ["answer", "token-2"] as const) {
    const pause = ollama.pauseBefore(point);
    const controller = new AbortController();
    const call = ask(controller.signal).catch((error: unknown) => error);
    await pause.reached;
    const abortedBefore = ollama.counters.aborted;
    controller.abort(new Error("left"));
    await ollama.until(({ aborted, totalInFlight }) => aborted === abortedBefore + 1 && totalInFlight === 0);
    expect(await call).toMatchObject({ message: "left" });
    pause.release();
  }
});

describe("keys", () => {
  test("go to their instance in Ollama's headers, under the path prefix", async () => {
    const keyed = new OllamaClient({ name: "keyed", url: `${ollama.url}/direct`, key: "k-1", apiKey: "a-1" });
    await keyed.version().catch(() => undefined);
    await keyed.close();
    expect(ollama.counters.log.at(-1)).toMatchObject({
      path: "/direct/api/version",
      headers: { "x-ollama-key": "k-1", authorization: "Bearer a-1" },
    });
  });

  test("never follow a redirect", async () => {
    const other = await createTestOllama();
    ollama.inject({ kind: "redirect", to: other.url });
    const keyed = new OllamaClient({ name: "keyed", url: ollama.url, key: "k-1" });
    await expect(keyed.version()).rejects.toMatchObject({
      code: "OLLAMA_PROCESSING_ERROR",
      details: { status: 307 },
    });
    expect(other.counters.log).toHaveLength(0);
    await keyed.close();
    await other.close();
  });
});

describe("answers that are JSON but not Ollama's", () => {
  /** A server that answers everything with one body, and a client of it. */
  async function answering(
    body: string,
    use: (client: OllamaClient) => Promise<unknown>,
    status = 200,
  ): Promise<unknown> {
    const server = createHttpServer((_request, response) => response.writeHead(status).end(body));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const other = new OllamaClient({ name: "o", url: `http://127.0.0.1:${port}`, key: "the-secret-key" });
    try {
      return await use(other);
    } finally {
      await other.close();
      server.close();
    }
  }
  const generate = (other: OllamaClient) =>
    runOnInstance(other, { model: "llama3.2", prompt: "hello" }, { signal: never });

  test.each<[string, string, (other: OllamaClient) => Promise<unknown>]>([
    ["null for a line", "null\n", generate],
    ["a list for a line", '[1]\n{"done":true}\n', generate],
    ["a text for the models", '{"models":"none"}', (other) => other.list()],
    ["no embeddings", "{}", (other) => other.embed({ model: "m", input: ["a"] }, {})],
    [
      "too few embeddings",
      '{"embeddings":[[1]]}',
      (other) => other.embed({ model: "m", input: ["a", "b"] }, {}),
    ],
  ])("%s", async (_, body, use) => {
    await expect(answering(body, use)).rejects.toMatchObject({ code: "OLLAMA_PROCESSING_ERROR" });
  });

  test.each([
    [401, "UNAUTHORIZED"],
    [200, "OLLAMA_PROCESSING_ERROR"],
  ])("a key that a server repeats with status %i is not passed on", async (status, code) => {
    const failed = await answering('{"error":"bad key the-secret-key"}', generate, status).catch((e) => e);
    expect(failed).toMatchObject({ code, message: expect.stringContaining("bad key [key]") });
  });
});

/** An address where connections are neither accepted nor refused: the queue of a stopped process is full. */
async function blackHole(): Promise<string> {
  const program = `require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, function () {
    process.stdout.write(String(this.address().port)); })`;
  const child = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "ignore"] });
  const port = Number(await new Promise((resolve) => child.stdout.once("data", resolve)));
  child.kill("SIGSTOP");
  const waiting: Socket[] = Array.from({ length: 8 }, () =>
    connect(port, "127.0.0.1").on("error", () => undefined),
  );
  onTestFinished(() => {
    for (const socket of waiting) socket.destroy();
    child.kill("SIGKILL");
  });
  await new Promise((resolve) => waiting[0]?.once("connect", resolve));
  return `http://127.0.0.1:${port}`;
}

test("a deadline and a cancel end a call that is still connecting", async () => {
  const client = new OllamaClient({ name: "hole", url: await blackHole() }, { connectMs: 60_000 });
  onTestFinished(() => client.close());
  await expect(client.version({ timeoutMs: 100 })).rejects.toMatchObject({
    code: "TIMEOUT_EXCEEDED",
  });
  const cancelled = client.version({ signal: AbortSignal.timeout(100) });
  await expect(cancelled).rejects.toMatchObject({ name: "TimeoutError" });
});
