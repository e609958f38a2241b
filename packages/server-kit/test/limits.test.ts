import { describe, expect, test } from "vitest";
import { remoteAddress } from "../src/http/peer.ts";
import { startHeldServer } from "./held-server.ts";
import { modernClient, modernMessage, openSession, openStream, post } from "./http-client.ts";

const call = (id: number | string, name: string) => ({
  jsonrpc: "2.0",
  id,
  method: "tools/call",
  params: { name: "hold", arguments: { name } },
});

describe("the limit of calls", () => {
  test("counts each request of a batch", async () => {
    const { url, held } = await startHeldServer({ max_calls: 2 });
    const { headers, request } = await openSession(url);
    const tooMany = [call(1, "a"), call(2, "b"), call(3, "c")];
    const refused = await post(url, tooMany, headers);
    expect(refused.status).toBe(429);
    expect(refused.messages.map(({ id }) => id)).toEqual([1, 2, 3]);
    const batch = post(url, [call(1, "a"), call(2, "b")], headers);
    await Promise.all([held.entered("a"), held.entered("b")]);
    expect((await request(call(3, "c"))).status).toBe(429);
    held.letGo("a");
    held.letGo("b");
    expect((await batch).messages.map(({ id }) => id).sort()).toEqual([1, 2]);
    held.letGo("c");
    expect((await request(call(3, "c"))).status).toBe(200);
  });

  test("believes no session that we did not issue", async () => {
    const { url, held } = await startHeldServer({ max_calls: 1 });
    const running = modernClient(url, { "mcp-session-id": "one" }).request(call(1, "a"));
    await held.entered("a");
    expect((await modernClient(url, { "mcp-session-id": "two" }).request(call(1, "b"))).status).toBe(429);
    held.letGo("a");
    expect((await running).status).toBe(200);
  });

  test("of one session leaves the others alone", async () => {
    const { url, held } = await startHeldServer({ max_calls: 1 });
    const [ada, bob] = await Promise.all([openSession(url), openSession(url)]);
    const running = ada.request(call(1, "ada"));
    await held.entered("ada");
    held.letGo("bob");
    expect((await bob.request(call(1, "bob"))).status).toBe(200);
    held.letGo("ada");
    await running;
  });

  test("is not used up by streams of changes, which are counted apart", async () => {
    const { url, held } = await startHeldServer({ max_calls: 1 });
    const listen = (id: number) => {
      const params = { notifications: { resourceSubscriptions: ["held://thing"] } };
      const { body, headers } = modernMessage({ id, method: "subscriptions/listen", params });
      return openStream(url, body, headers);
    };
    const streams = await Promise.all(Array.from({ length: 1 }, (_, id) => listen(id)));
    held.letGo("a");
    expect((await modernClient(url).request(call(1, "a"))).status).toBe(200);
    for (let id = 1; id < 64; id++) streams.push(await listen(id));
    expect(streams.every(({ status }) => status === 200)).toBe(true);
    expect((await listen(64)).status).toBe(429);
    for (const { close } of streams) close();
  });
});

test("one cancelled request of a batch takes no other's answer with it", async () => {
  const { url, held } = await startHeldServer();
  const { headers, cancel, request } = await openSession(url);
  const batch = post(url, [call(1, "a"), call(2, "b")], headers);
  await Promise.all([held.entered("a"), held.entered("b")]);
  await cancel(1);
  await held.aborted("a");
  held.letGo("b");
  expect((await batch).messages).toMatchObject([
    { id: 2, result: { structuredContent: { status: "success" } } },
  ]);
  held.letGo("a");
  expect((await request(call(1, "a"))).status).toBe(200);
});

test("a client subscribes to a bounded number of resources, in both eras", async () => {
  const { url } = await startHeldServer();
  const uris = Array.from({ length: 101 }, (_, index) => `held://${index}`);
  const session = await openSession(url);
  const subscribe = (uri: string, id: number) =>
    session.request({ id, method: "resources/subscribe", params: { uri } });
  for (const [id, uri] of uris.slice(0, 100).entries())
    expect((await subscribe(uri, id)).messages[0]).toHaveProperty("result");
  expect((await subscribe(uris[0] ?? "", 100)).messages[0]).toHaveProperty("result");
  const refusal = { id: 101, error: { code: -32_602, message: expect.stringMatching(/At most 100/) } };
  expect((await subscribe(uris[100] ?? "", 101)).messages[0]).toMatchObject(refusal);
  const params = { notifications: { resourceSubscriptions: uris } };
  const listened = await modernClient(url).request({ id: 101, method: "subscriptions/listen", params });
  expect(listened.messages[0]).toMatchObject(refusal);
});

test("a body that is not JSON is told as such", async () => {
  const { url } = await startHeldServer();
  expect(await post(url, "{")).toMatchObject({ status: 400, messages: [{ error: { code: -32_700 } }] });
});

test("one address has one name, also inside an IPv6 address", () => {
  const from = (address?: string) => remoteAddress({ socket: { remoteAddress: address } });
  expect(["::ffff:192.0.2.7", "::FFFF:192.0.2.7", "192.0.2.7", "::1", undefined].map(from)).toEqual([
    "192.0.2.7",
    "192.0.2.7",
    "192.0.2.7",
    "::1",
    "unknown",
  ]);
});
