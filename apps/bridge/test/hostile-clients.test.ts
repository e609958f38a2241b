import { fileURLToPath } from "node:url";
import { createTestOllama, type TestOllama } from "@ollama-bridge/test-kit";
import { spawnHttpServer } from "@ollama-bridge/test-kit/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { quietEnvironment } from "./quiet-environment.ts";
import { connectRawHttp, type RawAnswer, type RawClient, spawnRawStdio } from "./raw-client.ts";

const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));
const MIB = 1024 * 1024;
const cleanUp: (() => Promise<unknown>)[] = [];
let ollama: TestOllama;
let env: Record<string, string>;

beforeAll(async () => {
  const capabilities = ["completion", "vision"];
  ollama = await createTestOllama({ models: [{ name: "llama3.2", answer: "here", capabilities }] });
  const quiet = await quietEnvironment(ollama.url);
  env = quiet.env;
  cleanUp.push(quiet.clear);
});
afterAll(async () => {
  await Promise.all(cleanUp.map((close) => close()));
  await ollama.close();
});

const ID = 17;
/** A message with pieces of JSON as they are. */
const message = (method: string, params: string) =>
  `{"jsonrpc":"2.0","id":${ID},"method":"${method}","params":${params}}`;
const call = (args: string, meta = "{}") =>
  message("tools/call", `{"name":"ask_model","arguments":${args},"_meta":${meta}}`);
const ask = (more: string, meta?: string) => call(`{"model":"llama3.2","prompt":"hi"${more}}`, meta);

const keys = (count: number) =>
  `{${Array.from({ length: count }, (_, index) => `"key${index}":1`).join(",")}}`;
const lists = `[${"[],".repeat(10 * MIB)}[]]`;
const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
const image = `"iVBORw0KGgo${"A".repeat(15 * MIB - 11)}"`;

const invalid = (path: string) => ({
  id: ID,
  result: {
    isError: true,
    structuredContent: {
      error: { code: "VALIDATION_ERROR", details: { path: expect.stringContaining(path) } },
    },
  },
});
const answered = { id: ID, result: { structuredContent: { status: "success", data: { response: "here" } } } };
const refused = (id: number | null = ID, code = -32_600) => ({
  id,
  error: { code, message: expect.stringMatching(/^VALIDATION_ERROR: /) },
});
const protocolError = { id: ID, error: { code: expect.any(Number), message: expect.any(String) } };

/** What is sent, made when it is needed, and what is answered. */
const cases: Record<string, [() => string, object]> = {
  "30 MiB of images": [() => ask(`,"images":[${image},${image}]`), answered],
  "a prompt of 30 MiB": [
    () => call(`{"model":"llama3.2","prompt":"${"x".repeat(30 * MIB)}"}`),
    invalid("prompt"),
  ],
  "the name of a model of 1 MiB": [
    () => call(`{"model":"${"m".repeat(MIB)}","prompt":"hi"}`),
    invalid("model"),
  ],
  "a million unknown keys": [() => call(keys(1_000_000)), refused()],
  "90,000 unknown keys": [() => call(keys(90_000)), invalid("")],
  "a million options": [() => ask(`,"options":${keys(1_000_000)}`), refused()],
  "ten million lists in an option": [() => ask(`,"options":{"stop":${lists}}`), refused()],
  "ten million lists as parameters": [() => message("tools/call", lists), refused()],
  "ten million lists": [() => lists, refused(null)],
  "options 20,000 levels deep": [() => ask(`,"options":${nested(20_000)}`), invalid("options")],
  "a million keys beside the call": [() => ask("", keys(1_000_000)), refused()],
  "100,000 levels beside the call": [() => ask("", `{"odd":${nested(100_000)}}`), answered],
  "a progress token of 1 MiB": [() => ask("", `{"progressToken":"${"t".repeat(MIB)}"}`), refused()],
  "the name of a tool of 1 MiB": [() => message("tools/call", `{"name":"${"t".repeat(MIB)}"}`), refused()],
  "an address of 1 MiB": [
    () => message("resources/read", `{"uri":"fleet://models/${"u".repeat(MIB)}"}`),
    refused(),
  ],
  "a long address of a model": [
    () => message("resources/read", `{"uri":"fleet://models/${"u".repeat(4_000)}"}`),
    protocolError,
  ],
  "an argument of a prompt of 5 MiB": [
    () => message("prompts/get", `{"name":"delegate","arguments":{"task":"${"t".repeat(5 * MIB)}"}}`),
    refused(),
  ],
  "a completion of 1 MiB": [
    () =>
      message(
        "completion/complete",
        `{"ref":{"type":"ref/resource","uri":"fleet://models/{name}"},"argument":{"name":"name","value":"${"c".repeat(MIB)}"}}`,
      ),
    refused(),
  ],
  "100,000 messages in one": [
    () =>
      `[${Array.from({ length: 100_000 }, (_, id) => `{"jsonrpc":"2.0","id":${id},"method":"ping"}`).join(",")}]`,
    refused(null),
  ],
  "no arguments": [
    () => message("tools/call", '{"name":"fleet_status","arguments":null}'),
    { id: ID, result: {} },
  ],
  "no parameters": [() => message("tools/list", "null"), { id: ID, result: { tools: expect.any(Array) } }],
  "half a message": [() => '{"jsonrpc":"2.0","id":17', refused(null, -32_700)],
  "no message": [() => "5", { id: null, error: { code: expect.any(Number) } }],
  "a byte order mark": [() => `\uFEFF${ask("")}`, answered],
};

function attacks(client: () => RawClient, more: Record<string, [() => string, object]>): void {
  for (const [what, [make, answer]] of Object.entries({ ...cases, ...more })) {
    test(`${what}: answered, and so is the next call`, async () => {
      expect(await client().exchange(make())).toMatchObject(answer);
      expect(await client().exchange(ask(""))).toMatchObject(answered);
    });
  }
}

describe("over HTTP", () => {
  let client: RawClient;
  beforeAll(async () => {
    const server = await spawnHttpServer(bin, ["serve", "--all"], env);
    cleanUp.push(server.stop);
    client = await connectRawHttp(server.url);
  });

  attacks(() => client, {
    "101 messages in one": [
      () =>
        `[${Array.from({ length: 101 }, (_, id) => `{"jsonrpc":"2.0","id":${id},"method":"ping"}`).join(",")}]`,
      { status: 429, 0: { error: { message: expect.stringMatching(/Too many calls/) } } },
    ],
  });

  test("subscriptions of one client are bounded, and the place of one that ends is free", async () => {
    const subscription = (method: string, number: number) =>
      client.exchange(message(`resources/${method}`, `{"uri":"memory://a/${number}"}`));
    for (let number = 0; number < 100; number++)
      expect(await subscription("subscribe", number)).toMatchObject({ result: {} });
    const refused: RawAnswer = await subscription("subscribe", 100);
    expect(refused).toMatchObject({
      id: ID,
      error: { message: expect.stringMatching(/At most 100 resources/) },
    });
    expect(await subscription("subscribe", 5)).toMatchObject({ result: {} });
    await subscription("unsubscribe", 5);
    expect(await subscription("subscribe", 100)).toMatchObject({ result: {} });
  });
});

describe("over stdio", () => {
  let client: Awaited<ReturnType<typeof spawnRawStdio>>;
  beforeAll(async () => {
    client = await spawnRawStdio([bin, "serve", "--all"], env);
    cleanUp.push(client.stop);
  });

  attacks(() => client, {
    "80 MiB": [() => ask(`,"images":["${"A".repeat(80 * MIB)}"]`), refused()],
    "a carriage return at the end": [() => `${ask("")}\r`, answered],
    "a list of messages": [() => `[${ask("")}]`, refused(null)],
    "parameters that are a list": [() => message("ping", "[]"), refused()],
    "a request without the protocol's version": [() => `{"id":${ID},"method":"ping"}`, refused()],
  });

  test("blank lines, and answers to what was never asked, are passed over", async () => {
    await client.write('\n \r\n{"jsonrpc":"2.0","id":5,"result":{}}\n{"jsonrpc":"2.0","id":5,"result":5}\n');
    expect(await client.exchange(ask(""))).toMatchObject(answered);
  });

  test("bytes that are no UTF-8 are answered", async () => {
    const [head, tail] = ask(',"system":"?"')
      .split("?")
      .map((part) => Buffer.from(part));
    const text = Buffer.concat([head ?? Buffer.alloc(0), Buffer.from([0xff, 0xfe]), tail ?? Buffer.alloc(0)]);
    expect(await client.exchange(text)).toMatchObject(answered);
  });

  test.runIf(process.platform === "linux")("a line without an end takes no memory", async () => {
    const fresh = await spawnRawStdio([bin, "serve", "--all"], env);
    const chunk = Buffer.alloc(4 * MIB, "y");
    for (let written = 0; written < 600 * MIB; written += chunk.length) await fresh.write(chunk);
    expect(await fresh.exchange("")).toMatchObject(refused(null));
    expect(await fresh.exchange(ask(""))).toMatchObject(answered);
    expect(fresh.peakMebibytes()).toBeLessThan(400);
    await fresh.stop();
  });
});
