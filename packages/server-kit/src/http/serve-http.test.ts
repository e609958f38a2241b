import { request } from "node:http";
import { connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import * as z from "zod";
import { createLogger } from "../log/create-logger.ts";
import { createServerFactory } from "../serve/create-server.ts";
import { defineTool, readOnlyHints } from "../tool/tool.ts";
import { createGuard } from "./guard.ts";
import { httpSection } from "./http-config.ts";
import { type HttpServer, serveHttp } from "./serve-http.ts";

const TOKEN = "a-token-of-some-length";
const address = { host: "127.0.0.1", port: 0 };
const entered: (() => void)[] = [];
let cancelled = Promise.withResolvers<void>();

/** Answers when it is let go, so that calls can be held open. */
const wait = defineTool({
  name: "wait",
  title: "Wait",
  description: "Waits until it is let go.",
  input: z.strictObject({}),
  data: () => z.strictObject({}),
  annotations: readOnlyHints,
  text: () => "done",
  async handler(_args, { signal }) {
    signal.addEventListener("abort", () => cancelled.resolve(), { once: true });
    await new Promise<void>((resolve) => entered.push(resolve));
    return { data: {} };
  },
});

let server: HttpServer;
async function start({
  token,
  max_calls = 64,
  max_body_mib = 1,
}: {
  token?: string;
  max_calls?: number;
  max_body_mib?: number;
} = {}): Promise<string> {
  const log = createLogger("error");
  const factory = createServerFactory({
    info: { name: "test", title: "Test", version: "0.0.0" },
    toolsets: [{ name: "test", tools: [wait], dependencies: {}, close: async () => undefined }],
    log,
  });
  const settings = httpSection.schema.parse({ max_calls, max_body_mib });
  server = await serveHttp(factory, {
    address,
    settings,
    guard: createGuard(address, token, "BRIDGE_HTTP_TOKEN"),
    log,
  });
  return server.url;
}
afterEach(() => server.close());

const initialize = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "t", version: "1" } },
};

function post(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string; session?: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: "POST",
        headers: {
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
          ...headers,
        },
      },
      async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk as Buffer);
        const session = response.headers["mcp-session-id"];
        resolve({
          status: response.statusCode ?? 0,
          text: Buffer.concat(chunks).toString(),
          ...(typeof session === "string" ? { session } : {}),
        });
      },
    );
    sent.on("error", reject);
    sent.end(typeof body === "string" ? body : JSON.stringify(body));
  });
}

test("only who sends the token is let in, to all but the health check", async () => {
  const url = await start({ token: TOKEN });
  expect((await post(url, initialize)).status).toBe(401);
  expect((await post(url, initialize, { authorization: "Bearer wrong-token-of-length" })).status).toBe(401);
  expect((await post(url, initialize, { authorization: `Bearer ${TOKEN}` })).status).toBe(200);
  expect((await fetch(new URL("/healthz", url))).status).toBe(200);
  expect(
    (await fetch(new URL("/other", url), { headers: { authorization: `Bearer ${TOKEN}` } })).status,
  ).toBe(404);
});

test("a page of another origin, or under another name, is refused", async () => {
  const url = await start();
  expect((await post(url, initialize, { origin: "https://evil.example" })).status).toBe(403);
  expect((await post(url, initialize, { host: "evil.example" })).status).toBe(403);
  expect((await post(url, initialize, { origin: "http://localhost:3000" })).status).toBe(200);
});

test("a body over the limit gets 413", async () => {
  const url = await start();
  expect((await post(url, "x".repeat(1024 * 1024 + 1))).status).toBe(413);
});

test("a body in tiny pieces is refused, and the next request is answered", async () => {
  const url = await start();
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined);
  const ended = new Promise((resolve) => socket.once("close", resolve));
  let answer = "";
  socket.on("data", (data) => {
    answer += data;
  });
  socket.write(
    "POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
  );
  socket.write("1\r\nx\r\n".repeat(60_000));
  await ended;
  expect(answer).toMatch(
    /^HTTP\/1.1 400 [\s\S]*VALIDATION_ERROR: The request arrived in more than 50000 pieces/,
  );
  expect((await post(url, initialize)).status).toBe(200);
});

test("large requests share what there is for them; small ones are answered meanwhile", async () => {
  const url = await start({ max_body_mib: 32 });
  const { hostname, port } = new URL(url);
  const begun = [1, 2].map(() => {
    const socket = connect(Number(port), hostname).on("error", () => undefined);
    socket.write("POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-length: 33000000\r\n\r\n");
    socket.write(Buffer.alloc(32_000_000, "x"));
    return new Promise<string>((resolve) => socket.once("data", (data) => resolve(String(data))));
  });
  expect(await Promise.race(begun)).toMatch(/^HTTP\/1.1 503 [\s\S]*retry-after: 1/i);
  expect((await post(url, initialize)).status).toBe(200);
});

test("calls beyond the limit of a session get 429, and the place is free again when one ends", async () => {
  const url = await start({ max_calls: 2 });
  const { session = "" } = await post(url, initialize);
  const headers = { "mcp-session-id": session, "mcp-protocol-version": "2025-06-18" };
  const call = (id: number) =>
    post(url, { jsonrpc: "2.0", id, method: "tools/call", params: { name: "wait", arguments: {} } }, headers);
  const open = [call(2), call(3)];
  while (entered.length < 2) await new Promise((resolve) => setImmediate(resolve));
  expect((await call(4)).status).toBe(429);
  for (const letGo of entered.splice(0)) letGo();
  await Promise.all(open);
  const again = call(5);
  while (entered.length < 1) await new Promise((resolve) => setImmediate(resolve));
  entered.pop()?.();
  expect((await again).status).toBe(200);
});

test("who has as many calls as there may be can still cancel them", async () => {
  const url = await start({ max_calls: 1 });
  cancelled = Promise.withResolvers();
  const { session = "" } = await post(url, initialize);
  const headers = { "mcp-session-id": session, "mcp-protocol-version": "2025-06-18" };
  const held = { jsonrpc: "2.0", id: 2, method: "tools/call", params: { name: "wait", arguments: {} } };
  const call = post(url, held, headers);
  while (entered.length < 1) await new Promise((resolve) => setImmediate(resolve));
  const cancel = JSON.stringify({
    jsonrpc: "2.0",
    method: "notifications/cancelled",
    params: { requestId: 2 },
  });
  const answer = await post(url, cancel, { ...headers, "content-length": String(cancel.length) });
  expect(answer.status).toBe(202);
  await cancelled.promise;
  entered.pop()?.();
  await call;
});

test("a cancelled call gives its place back", async () => {
  const url = await start({ max_calls: 1 });
  const { session = "" } = await post(url, initialize);
  const headers = { "mcp-session-id": session, "mcp-protocol-version": "2025-06-18" };
  const params = { name: "wait", arguments: {} };
  const call = post(url, { jsonrpc: "2.0", id: 2, method: "tools/call", params }, headers);
  while (entered.length < 1) await new Promise((resolve) => setImmediate(resolve));
  const cancel = JSON.stringify({
    jsonrpc: "2.0",
    method: "notifications/cancelled",
    params: { requestId: 2 },
  });
  await post(url, cancel, { ...headers, "content-length": String(cancel.length) });
  expect((await call).text).toBe("");
  entered.pop()?.();
  expect((await post(url, { jsonrpc: "2.0", id: 3, method: "tools/list" }, headers)).status).toBe(200);
});

test("sessions are bounded, and one with a running call is not the one that goes", async () => {
  const url = await start();
  const inSession = (session = "") => ({ "mcp-session-id": session, "mcp-protocol-version": "2025-06-18" });
  const list = { jsonrpc: "2.0", id: 3, method: "tools/list" };
  const busy = await post(url, initialize);
  const idle = await post(url, initialize);
  const call = { jsonrpc: "2.0", id: 2, method: "tools/call", params: { name: "wait", arguments: {} } };
  const running = post(url, call, inSession(busy.session));
  while (entered.length < 1) await new Promise((resolve) => setImmediate(resolve));
  for (let count = 0; count < 256; count++) await post(url, initialize);
  expect((await post(url, list, inSession(idle.session))).status).toBe(404);
  entered.pop()?.();
  expect((await running).text).toContain('"status":"success"');
  expect((await post(url, list, inSession(busy.session))).status).toBe(200);
});

test("an unknown session is told to initialize again", async () => {
  const url = await start();
  const answer = await post(
    url,
    { jsonrpc: "2.0", id: 1, method: "tools/list" },
    { "mcp-session-id": "gone" },
  );
  expect(answer.status).toBe(404);
});

test("an address that others reach needs a token of some length", async () => {
  await start();
  const anywhere = { host: "0.0.0.0", port: 0 };
  expect(() => createGuard(anywhere, undefined, "BRIDGE_HTTP_TOKEN")).toThrow(/0\.0\.0\.0/);
  expect(() => createGuard(anywhere, "short", "BRIDGE_HTTP_TOKEN")).toThrow(/16/);
  expect(createGuard(anywhere, TOKEN, "BRIDGE_HTTP_TOKEN")).toBeTypeOf("function");
});

test("what was called, and what came of it, is counted for Prometheus", async () => {
  const url = await start({ token: TOKEN });
  const authorization = `Bearer ${TOKEN}`;
  const metrics = (headers: Record<string, string>) => fetch(new URL("/metrics", url), { headers });
  expect((await metrics({})).status).toBe(401);
  const { session = "" } = await post(url, initialize, { authorization });
  const headers = { "mcp-session-id": session, "mcp-protocol-version": "2025-06-18", authorization };
  const call = (id: number, args: object) =>
    post(
      url,
      { jsonrpc: "2.0", id, method: "tools/call", params: { name: "wait", arguments: args } },
      headers,
    );
  const waiting = call(2, {});
  while (entered.length < 1) await new Promise((resolve) => setImmediate(resolve));
  entered.pop()?.();
  await waiting;
  await call(3, { unknown: true });
  const lines = (await (await metrics({ authorization })).text()).split("\n");
  expect(lines).toContain('ollama_bridge_tool_calls_total{tool="wait",outcome="success"} 1');
  expect(lines).toContain('ollama_bridge_tool_calls_total{tool="wait",outcome="VALIDATION_ERROR"} 1');
  expect(lines).toContain('ollama_bridge_tool_call_seconds_count{tool="wait"} 2');
});
