import { describe, expect, test } from "vitest";
import { startHeldServer } from "./held-server.ts";
import { modernClient, openSession, type RawClient, type Reply } from "./http-client.ts";

const TOKEN = "a-token-of-some-length";
const authorization = `Bearer ${TOKEN}`;

const hold = (id: number | string, name: string) => ({
  id,
  method: "tools/call",
  params: { name: "hold", arguments: { name } },
});
const read = (uri: string) => ({ id: 2, method: "resources/read", params: { uri } });

/** Lets the server answer with a long text; resolves to the address of the whole of it. */
async function longAnswer(client: RawClient, about: string): Promise<string> {
  const params = { name: "write", arguments: { about } };
  const { messages } = await client.request({ id: 1, method: "tools/call", params });
  const [address = ""] = /answer:\/\/req_[0-9a-f]+/.exec(JSON.stringify(messages)) ?? [];
  return address;
}

const textOf = ({ messages }: Reply) => JSON.stringify(messages);

describe("without a token", () => {
  test("an answer opens in the session that got it, and in no other", async () => {
    const { url } = await startHeldServer();
    const [ada, bob] = await Promise.all([openSession(url), openSession(url)]);
    const address = await longAnswer(ada, "patient");
    expect(address).toMatch(/^answer:\/\/req_[0-9a-f]{32}$/);
    expect(textOf(await ada.request(read(address)))).toContain("patient patient");
    for (const other of [bob, modernClient(url)]) {
      const reply = textOf(await other.request(read(address)));
      expect(reply).toMatch(/no such answer/);
      expect(reply).not.toContain("patient");
    }
  });

  test("answers are not listed, not even for who got them", async () => {
    const { url } = await startHeldServer();
    for (const client of [await openSession(url), modernClient(url)]) {
      const address = await longAnswer(client, "patient");
      const argument = { name: "requestId", value: "req_" };
      const ref = { type: "ref/resource", uri: "answer://{requestId}" };
      const completed = await client.request({
        id: 2,
        method: "completion/complete",
        params: { ref, argument },
      });
      expect(completed.messages[0]).toMatchObject({ result: { completion: { values: [] } } });
      const listed = await client.request({ id: 3, method: "resources/list" });
      expect(listed.messages[0]).toMatchObject({ result: { resources: [] } });
      expect(textOf(completed) + textOf(listed)).not.toContain(address);
    }
  });

  test("in the newer era, which has no sessions, the id is the key", async () => {
    const { url } = await startHeldServer();
    const address = await longAnswer(modernClient(url), "recipe");
    expect(textOf(await modernClient(url).request(read(address)))).toContain("recipe recipe");
    const guess = address.replace(/.$/, (digit) => (digit === "0" ? "1" : "0"));
    expect(textOf(await modernClient(url).request(read(guess)))).toMatch(/no such answer/);
  });

  test("a call is cancelled by the session that made it, and by no other", async () => {
    const { url, held } = await startHeldServer();
    const [ada, bob] = await Promise.all([openSession(url), openSession(url)]);
    const modern = modernClient(url);
    const calls = [ada.request(hold(7, "ada")), modern.request(hold(7, "modern"))];
    await Promise.all([held.entered("ada"), held.entered("modern")]);
    for (const other of [bob, modern]) expect((await other.cancel(7)).status).toBe(202);
    held.letGo("ada");
    held.letGo("modern");
    for (const reply of await Promise.all(calls)) expect(textOf(reply)).toContain("let go");
    void ada.request(hold(8, "own"));
    await held.entered("own");
    await ada.cancel(8);
    await held.aborted("own");
    held.letGo("own");
  });
});

test("who has the token shares what the token opens, in both eras", async () => {
  const { url } = await startHeldServer({ token: TOKEN });
  const headers = { authorization };
  const [ada, bob] = await Promise.all([openSession(url, headers), openSession(url, headers)]);
  const modern = modernClient(url, headers);
  const address = await longAnswer(ada, "minutes");
  for (const client of [bob, modern])
    expect(textOf(await client.request(read(address)))).toContain("minutes minutes");
});

describe("two requests with one id", () => {
  test("in one session: the second is told, the first is answered, and then the id is free again", async () => {
    const { url, held } = await startHeldServer();
    const client = await openSession(url);
    const first = client.request(hold(5, "first"));
    await held.entered("first");
    const second = await client.request(hold(5, "second"));
    expect(second).toMatchObject({ status: 400, messages: [{ id: 5, error: { code: -32_600 } }] });
    held.letGo("first");
    expect((await first).messages[0]).toMatchObject({
      id: 5,
      result: { structuredContent: { data: { name: "first" } } },
    });
    held.letGo("third");
    expect(textOf(await client.request(hold(5, "third")))).toContain("let go");
  });

  test("in two sessions, and in the newer era: both are answered", async () => {
    const { url, held } = await startHeldServer();
    const clients = [await openSession(url), await openSession(url), modernClient(url), modernClient(url)];
    const names = clients.map((_, index) => `call-${index}`);
    const calls = clients.map((client, index) => client.request(hold(5, `call-${index}`)));
    await Promise.all(names.map((name) => held.entered(name)));
    for (const name of names) held.letGo(name);
    const replies = await Promise.all(calls);
    expect(replies.map(({ messages }) => messages[0])).toMatchObject(
      names.map((name) => ({ id: 5, result: { structuredContent: { data: { name } } } })),
    );
  });
});
