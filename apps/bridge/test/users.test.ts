import { fileURLToPath } from "node:url";
import { createTestOllama, type TestOllama } from "@ollama-bridge/test-kit";
import {
  type ClientKind,
  type ContractClient,
  connectClient,
  spawnHttpServer,
  type ToolResult,
} from "@ollama-bridge/test-kit/contract";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { quietEnvironment } from "./quiet-environment.ts";

const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));
const TOKEN = "a-token-of-some-length";

let ollama: TestOllama;
let quiet: Awaited<ReturnType<typeof quietEnvironment>>;
beforeAll(async () => {
  ollama = await createTestOllama({
    parallel: 8,
    models: [
      {
        name: "llama3.2",
        answer: ({ prompt }) =>
          prompt === "long"
            ? Array.from({ length: 10_000 }, (_, day) => `Ada's diary, day ${day}. `).join("")
            : "Noted.",
      },
    ],
  });
  quiet = await quietEnvironment(ollama.url);
});
afterAll(async () => {
  await quiet.clear();
  await ollama.close();
});

/** The bridge over HTTP; the returned function connects a client to it. */
async function startBridge(token?: string) {
  const env = { ...quiet.env, ...(token === undefined ? {} : { BRIDGE_HTTP_TOKEN: token }) };
  const server = await spawnHttpServer(bin, ["serve", "--all"], env);
  onTestFinished(async () => void (await server.stop()));
  return async (kind: ClientKind): Promise<ContractClient> => {
    const client = await connectClient(kind, {
      http: { url: server.url, ...(token === undefined ? {} : { token }) },
    });
    onTestFinished(() => client.close());
    return client;
  };
}

const say = (client: ContractClient, session_id: string, prompt: string): Promise<ToolResult> =>
  client.callTool("route_request", { model: "llama3.2", session_id, prompt });

/** What the model was sent last, as text. */
const lastSent = () => JSON.stringify(ollama.counters.log.findLast(({ path }) => path === "/api/chat")?.body);

async function longAnswer(client: ContractClient): Promise<string> {
  const result = await client.callTool("ask_model", { model: "llama3.2", prompt: "long" });
  const { metadata } = result.structuredContent as { metadata: { requestId: string } };
  return `answer://${metadata.requestId}`;
}

describe.each<ClientKind>(["1.x", "2.x legacy"])("two %s clients without a token", (kind) => {
  test("share neither a conversation nor an answer", async () => {
    const connect = await startBridge();
    const [ada, bob] = [await connect(kind), await connect(kind)];
    await say(ada, "main", "My name is Ada.");
    await say(bob, "main", "Who am I?");
    expect(lastSent()).toContain("Who am I?");
    expect(lastSent()).not.toContain("Ada");
    await say(ada, "main", "And who am I?");
    expect(lastSent()).toContain("My name is Ada.");
    expect(lastSent()).not.toContain("Who am I?");

    const address = await longAnswer(ada);
    expect(await ada.readResource(address)).toContain("Ada's diary");
    await expect(bob.readResource(address)).rejects.toThrow(/no such answer/);
    expect(await ada.complete("answer://{requestId}", "requestId", "req_")).toEqual([]);
  });
});

test("clients of the newer era without a token share a conversation only by an id that nobody guesses", async () => {
  const connect = await startBridge();
  const [ada, bob] = [await connect("2.x modern"), await connect("2.x modern")];
  const refused = await say(ada, "main", "My name is Ada.");
  expect(refused.structuredContent).toMatchObject({
    error: { code: "VALIDATION_ERROR", details: { path: "session_id" } },
  });
  const [own = ""] = /[0-9a-f]{32}/.exec(refused.content[0]?.text ?? "") ?? [];
  await say(ada, own, "My name is Ada.");
  await say(bob, crypto.randomUUID(), "Who am I?");
  expect(lastSent()).not.toContain("Ada");
  await say(ada, own, "Who am I?");
  expect(lastSent()).toContain("My name is Ada.");
});

test("who has the token goes on with a conversation in any era, also after a restart; others do not", async () => {
  const connect = await startBridge(TOKEN);
  await say(await connect("2.x legacy"), "team", "The code word is heron.");
  await say(await connect("2.x modern"), "team", "What is the code word?");
  expect(lastSent()).toContain("heron");

  await say(await (await startBridge(TOKEN))("1.x"), "team", "And now?");
  expect(lastSent()).toContain("heron");

  await say(await (await startBridge("another-token-of-some-length"))("2.x modern"), "team", "And here?");
  expect(lastSent()).toContain("And here?");
  expect(lastSent()).not.toContain("heron");
});

test("the names of other projects' memories are not completed for who calls over HTTP", async () => {
  const connect = await startBridge();
  const client = await connect("2.x modern");
  await client.callTool("remember_consult", { key: "k", value: "v", namespace: "merger-talks" });
  expect(await client.complete("memory://{namespace}/{key}", "namespace", "merger")).toEqual([]);
});
