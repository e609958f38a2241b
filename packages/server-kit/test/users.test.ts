import { describe, expect, test } from "vitest";
import { startHeldServer } from "./held-server.ts";
import { modernClient, openSession, post, type RawClient, type Reply } from "./http-client.ts";

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

describe("two requests with one id are both answered", () => {
  const answered = (name: string) => ({ id: 5, result: { structuredContent: { data: { name } } } });

  test("in one session, in two, and in the newer era", async () => {
    const { url, held } = await startHeldServer();
    const session = await openSession(url);
    const clients = [session, session, await openSession(url), modernClient(url), modernClient(url)];
    const names = clients.map((_, index) => `call-${index}`);
    const calls = clients.map((client, index) => client.request(hold(5, `call-${index}`)));
    await Promise.all(names.map((name) => held.entered(name)));
    for (const name of names.toReversed()) held.letGo(name);
    const replies = await Promise.all(calls);
    expect(replies.map(({ messages }) => messages)).toMatchObject(names.map((name) => [answered(name)]));
  });

  test("in one batch", async () => {
    const { url, held } = await startHeldServer();
    const { headers } = await openSession(url);
    const batch = ["a", "b"].map((name) => ({ jsonrpc: "2.0", ...hold(5, name) }));
    const reply = post(url, batch, headers);
    for (const name of ["a", "b"]) {
      await held.entered(name);
      held.letGo(name);
    }
    expect((await reply).messages).toMatchObject([answered("a"), answered("b")]);
  });

  test("and the newer one is cancelled by it", async () => {
    const { url, held } = await startHeldServer();
    const client = await openSession(url);
    const older = client.request(hold(5, "older"));
    await held.entered("older");
    const newer = client.request(hold(5, "newer"));
    await held.entered("newer");
    await client.cancel(5);
    await held.aborted("newer");
    expect((await newer).messages).toEqual([]);
    held.letGo("newer");
    held.letGo("older");
    expect((await older).messages).toMatchObject([answered("older")]);
  });
});
