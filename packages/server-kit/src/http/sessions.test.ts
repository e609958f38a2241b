import { afterEach, expect, test } from "vitest";
import { heldFactory } from "../../test/held-server.ts";
import { createMcpEndpoint, type McpEndpoint } from "./mcp-endpoint.ts";
import type { Peer } from "./peer.ts";

let endpoint: McpEndpoint;
afterEach(() => endpoint.close());

function start() {
  const { factory, held } = heldFactory();
  endpoint = createMcpEndpoint(factory, { maxBodyBytes: 1e6, onError: () => undefined });
  return held;
}

function send(peer: Peer, message: object, session?: string): Promise<Response> {
  const headers = {
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
    ...(session === undefined ? {} : { "mcp-session-id": session }),
  };
  const parsedBody = { jsonrpc: "2.0", ...message };
  const body = JSON.stringify(parsedBody);
  const request = new Request("http://127.0.0.1/mcp", { method: "POST", headers, body });
  return endpoint.fetch(request, { peer, parsedBody });
}

/** Opens a session and reads the answer, so that the session is idle; resolves to its id, or the status. */
async function open(peer: Peer): Promise<string | number> {
  const clientInfo = { name: "test", version: "1" };
  const params = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo };
  const response = await send(peer, { id: 1, method: "initialize", params });
  await response.text();
  return response.headers.get("mcp-session-id") ?? response.status;
}

async function isAlive(peer: Peer, session: string | number): Promise<boolean> {
  const response = await send(peer, { id: 2, method: "tools/list" }, String(session));
  await response.text();
  return response.ok;
}

/** Keeps the session in use until the stream is cancelled. */
async function listen(peer: Peer, session: string | number): Promise<Response> {
  const headers = { accept: "text/event-stream", "mcp-session-id": String(session) };
  return endpoint.fetch(new Request("http://127.0.0.1/mcp", { headers }), { peer });
}

const victim = { address: "192.0.2.1" };
const flooder = { address: "192.0.2.2" };

test("one address cannot push out the sessions of others", async () => {
  start();
  const mine = await open(victim);
  const theirs: (string | number)[] = [];
  for (let count = 0; count < 300; count++) theirs.push(await open(flooder));
  expect(await isAlive(victim, mine)).toBe(true);
  expect(await isAlive(flooder, theirs[0] ?? "")).toBe(false);
  expect(await isAlive(flooder, theirs.at(-1) ?? "")).toBe(true);
});

test("sessions that were only opened end before those that were used", async () => {
  start();
  const mine = await open(victim);
  expect(await isAlive(victim, mine)).toBe(true);
  const opened: (string | number)[] = [];
  for (let count = 0; count < 200; count++) opened.push(await open(victim));
  expect(await isAlive(victim, opened[0] ?? "")).toBe(false);
  expect(await isAlive(victim, mine)).toBe(true);
});

test("where all sessions are taken, the address that holds the most gives one to a newcomer", async () => {
  start();
  const few = await Promise.all(Array.from({ length: 100 }, () => open(victim)));
  const many: (string | number)[] = [];
  for (let count = 0; count < 128; count++) many.push(await open(flooder));
  for (let count = 0; count < 28; count++) await open({ address: `198.51.100.${count}` });
  const newcomer = { address: "203.0.113.1" };
  expect(await isAlive(newcomer, await open(newcomer))).toBe(true);
  expect(await Promise.all(few.map((session) => isAlive(victim, session)))).not.toContain(false);
  expect(await isAlive(flooder, many[0] ?? "")).toBe(false);
});

test("a session in use is not ended for another, which is refused instead", async () => {
  start();
  const mine: (string | number)[] = [];
  for (let count = 0; count < 128; count++) mine.push(await open(flooder));
  const streams = await Promise.all(mine.map((session) => listen(flooder, session)));
  expect(await open(flooder)).toBe(429);
  expect(await open(victim)).toBeTypeOf("string");
  await streams[0]?.body?.cancel();
  expect(await open(flooder)).toBeTypeOf("string");
  expect(await isAlive(flooder, mine[0] ?? "")).toBe(false);
  await Promise.all(streams.slice(1).map(({ body }) => body?.cancel()));
});

test("what opens no session ends none", async () => {
  start();
  const mine: (string | number)[] = [];
  for (let count = 0; count < 128; count++) mine.push(await open(flooder));
  const response = await send(flooder, { id: 1, method: "tools/list" });
  expect(response.status).toBe(400);
  expect(await isAlive(flooder, mine[0] ?? "")).toBe(true);
});

test("a session is unknown to who has another token", async () => {
  start();
  const ada: Peer = { ...victim, principal: { kind: "token", hash: "a" } };
  const bob: Peer = { ...victim, principal: { kind: "token", hash: "b" } };
  const session = await open(ada);
  expect(session).toMatch(/^[0-9a-f]{32}$/);
  expect(await isAlive(bob, session)).toBe(false);
  expect(await isAlive(ada, session)).toBe(true);
});
