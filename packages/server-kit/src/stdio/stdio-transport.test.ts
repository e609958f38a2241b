import { PassThrough, Writable } from "node:stream";
import type { JSONRPCMessage } from "@modelcontextprotocol/server";
import { afterEach, expect, test } from "vitest";
import { createLogger } from "../log/create-logger.ts";
import { createServerFactory } from "../serve/create-server.ts";
import { localUser } from "../tool/principal.ts";
import { StdioTransport } from "./stdio-transport.ts";

const MIB = 1024 * 1024;
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** An output whose reader takes nothing until it is told to. */
class HeldOutput extends Writable {
  readonly lines: Record<string, unknown>[] = [];
  #held: (() => void) | undefined;
  #isOpen: boolean;

  constructor(isOpen = false) {
    super();
    this.#isOpen = isOpen;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.lines.push(JSON.parse(chunk.toString()));
    if (this.#isOpen) done();
    else this.#held = done;
  }

  hold(): void {
    this.#isOpen = false;
  }

  open(): void {
    this.#isOpen = true;
    this.#held?.();
  }
}

let transport: StdioTransport;
afterEach(() => transport.close());

async function connect(output: Writable, onmessage: (message: JSONRPCMessage) => void) {
  const input = new PassThrough();
  transport = new StdioTransport(input, output);
  transport.onmessage = onmessage;
  await transport.start();
  return input;
}

const idOf = (message: JSONRPCMessage) => ("id" in message && message.id) || 0;
const requests = (count: number, more: object = {}) =>
  Array.from({ length: count }, (_, index) =>
    JSON.stringify({ jsonrpc: "2.0", id: index + 1, method: "ping", ...more }),
  ).join("\n");

test("while a client does not read, little is taken; when it reads again, all is answered", async () => {
  const output = new HeldOutput();
  const text = "a".repeat(MIB / 8);
  let taken = 0;
  const input = await connect(output, (message) => {
    taken++;
    void transport.send({ jsonrpc: "2.0", id: idOf(message), result: { text } });
  });
  input.write(`${requests(400)}\n`);
  for (let turns = 0; turns < 50; turns++) await turn();
  expect(taken).toBeLessThan(200);
  output.open();
  while (output.lines.length < 400) await turn();
  expect(output.lines.map(({ id }) => id)).toEqual(Array.from({ length: 400 }, (_, index) => index + 1));
});

test("a client that has read nothing of very much is gone", async () => {
  const output = new HeldOutput();
  const input = await connect(output, () => undefined);
  const closed = new Promise<void>((resolve) => {
    transport.onclose = resolve;
  });
  const text = "a".repeat(16 * MIB);
  for (let sent = 0; sent < 20; sent++)
    transport.send({ jsonrpc: "2.0", id: sent, result: { text } }).catch(() => undefined);
  await closed;
  expect(input.destroyed).toBe(true);
});

test("requests that hold too much are refused until some are answered or cancelled", async () => {
  const output = new HeldOutput(true);
  const taken: unknown[] = [];
  const input = await connect(output, (message) => void taken.push(idOf(message)));
  const large = { method: "tools/call", params: { name: "x", arguments: { image: "i".repeat(30 * MIB) } } };
  const send = async (id: number, message: object = large) => {
    const written = taken.length + output.lines.length;
    input.write(`${JSON.stringify({ jsonrpc: "2.0", id, ...message })}\n`);
    while (taken.length + output.lines.length === written) await turn();
  };
  for (let id = 1; id <= 6; id++) await send(id);
  expect(taken).toEqual([1, 2, 3, 4, 5]);
  expect(output.lines).toMatchObject([{ id: 6, error: { message: expect.stringMatching(/unanswered/) } }]);
  input.write('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}\n');
  await transport.send({ jsonrpc: "2.0", id: 2, result: {} });
  await send(7);
  expect(taken).toContain(7);
});

test("changes of a resource do not queue up for a client that does not read", async () => {
  let tell: (uri: string) => void = () => undefined;
  const watch = (changed: (uri: string) => void) => {
    tell = changed;
    return () => undefined;
  };
  const { create } = createServerFactory({
    info: { name: "test", title: "Test", version: "0.0.0" },
    toolsets: [{ name: "test", tools: [], dependencies: {}, watch, close: async () => undefined }],
    log: createLogger("error"),
  });
  const output = new HeldOutput(true);
  const input = new PassThrough();
  transport = new StdioTransport(input, output);
  await create({ era: "legacy", long: true, principal: localUser }).connect(transport);
  const clientInfo = { name: "test", version: "1.0.0" };
  const initialize = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo };
  for (const [id, method, params] of [
    [1, "initialize", initialize],
    [2, "resources/subscribe", { uri: "test://a" }],
    [3, "resources/subscribe", { uri: "test://b" }],
  ] as const)
    input.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
  while (output.lines.length < 3) await turn();

  output.hold();
  for (let change = 0; change < 1_000; change++) {
    tell("test://a");
    tell("test://b");
    await turn();
  }
  output.open();
  const updates = () => output.lines.filter(({ method }) => method === "notifications/resources/updated");
  while (updates().length < 2) await turn();
  await turn();
  tell("test://a");
  while (updates().length < 3) await turn();
  expect(updates().map(({ params }) => (params as { uri: string }).uri)).toEqual([
    "test://a",
    "test://b",
    "test://a",
  ]);
});
