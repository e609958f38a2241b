import { EventEmitter, once } from "node:events";
import { request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { post, send, shapes } from "../../test/exchanges.ts";
import { createOllamaServer, type OllamaBackend, OllamaHttpError } from "./index.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

const unexpected = () => {
  throw new Error("not expected");
};

/** A server whose one model, `able`, can do everything that the parts given do. */
async function serve(parts: Partial<OllamaBackend>): Promise<string> {
  const backend: OllamaBackend = {
    version: "0.25.0",
    find: async (model) =>
      model === "able" ? { capabilities: ["completion", "tools", "thinking"] } : undefined,
    tags: async () => ({ models: [] }),
    load: async () => {},
    unload: async () => {},
    generate: unexpected,
    chat: unexpected,
    ...parts,
  };
  const server = createOllamaServer(backend).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const ask = { model: "able", prompt: "hi" };

test("a chat's thinking and tool calls come piece by piece, or together", async () => {
  const call = { function: { name: "weather", arguments: { city: "Rome" } } };
  const url = await serve({
    async *chat(request) {
      expect(request.tools).toHaveLength(1);
      yield { message: { thinking: "Let me " } };
      yield { message: { thinking: "see." } };
      yield { message: { tool_calls: [call] } };
      yield { done: true, done_reason: "stop", eval_count: 3 };
    },
  });
  const tools = [{ type: "function", function: { name: "weather", parameters: {} } }];
  const messages = [{ role: "user", content: "Weather?" }];
  const body = { model: "able", messages, tools, think: "high" };
  const streamed = await post(url, "/api/chat", body);
  const lines = streamed.text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).message);
  expect(lines).toEqual([
    { role: "assistant", content: "", thinking: "Let me " },
    { role: "assistant", content: "", thinking: "see." },
    { role: "assistant", content: "", tool_calls: [call] },
    { role: "assistant", content: "" },
  ]);
  const { message, done, eval_count } = JSON.parse(
    (await post(url, "/api/chat", { ...body, stream: false })).text,
  );
  expect(message).toEqual({ role: "assistant", content: "", thinking: "Let me see.", tool_calls: [call] });
  expect({ done, eval_count }).toEqual({ done: true, eval_count: 3 });
});

test("images and options reach the backend as they were sent", async () => {
  let seen: unknown;
  const url = await serve({
    async *generate(request) {
      seen = request;
      yield { done: true, done_reason: "stop" };
    },
  });
  const body = { ...ask, images: ["aGVsbG8="], options: { num_gpu: 1, unheard_of: "x" }, keep_alive: "10m" };
  await post(url, "/api/generate", body);
  expect(seen).toEqual(body);
});

test("an error before the first piece has its status, after it is a last line", async () => {
  const url = await serve({
    async *generate({ prompt }) {
      if (prompt === "later") yield { response: "He" };
      throw new OllamaHttpError(503, "server busy");
    },
  });
  const early = await post(url, "/api/generate", ask);
  expect([early.status, early.headers["content-type"], early.text]).toEqual([
    503,
    "application/json",
    '{"error":"server busy"}',
  ]);
  const late = await post(url, "/api/generate", { ...ask, prompt: "later" });
  expect(late.status).toBe(200);
  expect(late.text.trim().split("\n").at(-1)).toBe('{"error":"server busy"}');
  const unstreamed = await post(url, "/api/generate", { ...ask, prompt: "later", stream: false });
  expect([unstreamed.status, unstreamed.text]).toEqual([503, '{"error":"server busy"}']);
});

test("an answer without an end is cut off: no line says done", async () => {
  const url = await serve({
    async *generate() {
      yield { response: "He" };
    },
  });
  const { status, text } = await post(url, "/api/generate", ask);
  expect(status).toBe(200);
  expect(JSON.parse(text)).toMatchObject({ response: "He", done: false });
});

test("closing the connection aborts the call and ends its pieces", async () => {
  const events = new EventEmitter();
  const url = await serve({
    async *generate(_request, { signal }) {
      yield { response: "He" };
      await once(signal, "abort");
      events.emit("aborted");
    },
  });
  const aborted = once(events, "aborted");
  const response = await fetch(`${url}/api/generate`, { method: "POST", body: JSON.stringify(ask) });
  await response.body?.cancel();
  await aborted;
});

test("waits for a client that does not read", async () => {
  const pieces = 2000;
  const events = new EventEmitter();
  const url = await serve({
    async *pull() {
      let count = 0;
      try {
        for (; count < pieces; count++) yield { status: "x".repeat(65_536) };
      } finally {
        events.emit("ended", count);
      }
    },
    async *generate() {
      yield { response: "still here" };
      yield { done: true };
    },
  });
  const ended = once(events, "ended");
  const body = JSON.stringify({ model: "able" });
  const sent = request(`${url}/api/pull`, { method: "POST", headers: { "content-length": body.length } }).end(
    body,
  );
  const [response] = await once(sent, "response");
  expect((await post(url, "/api/generate", ask)).text).toContain("still here");
  response.destroy();
  const [count] = await ended;
  expect(count).toBeLessThan(pieces);
});

test("what the backend cannot do is an unknown path, as on an older Ollama", async () => {
  const url = await serve({});
  for (const path of ["/api/embed", "/api/experimental/web_search", "/api/me", "/api/nope"]) {
    const { status, text } = await post(url, path, {});
    expect([path, status, text]).toEqual([path, 404, "404 page not found"]);
  }
});

test("HEAD answers without a body; a wrong method names the right ones", async () => {
  const url = await serve({});
  const head = await send(url, { method: "HEAD", path: "/" });
  expect([head.status, head.text]).toEqual([200, ""]);
  const wrong = await send(url, { method: "DELETE", path: "/api/tags" });
  expect([wrong.status, wrong.headers.allow]).toEqual([405, "HEAD, GET"]);
});

test.each([
  [
    '{"model": 5}',
    400,
    "json: cannot unmarshal number into Go struct field GenerateRequest.model of type string",
  ],
  [
    '{"model": "able", "images": "x"}',
    400,
    "json: cannot unmarshal string into Go struct field GenerateRequest.images of type []string",
  ],
  ["[]", 400, "json: cannot unmarshal array into Go value of type api.GenerateRequest"],
  ["hello", 400, "invalid character 'h' looking for beginning of value"],
  ['{"model": "able", "pro', 400, "unexpected EOF"],
  ["  ", 400, "missing request body"],
  ['{"model": "able", "keep_alive": "soon"}', 400, 'time: invalid duration "soon"'],
  ['{"model": "able", "keep_alive": "5"}', 400, 'time: missing unit in duration "5"'],
  ['{"model": "able", "options": {"stop": "x"}}', 500, 'option "stop" must be of type array'],
  [
    '{"model": "able", "format": "xml"}',
    500,
    'invalid format: "xml"; expected "json" or a valid JSON Schema object',
  ],
  ['{"model": "able", "suffix": "x"}', 400, "registry.ollama.ai/library/able:latest does not support insert"],
  [
    '{"model": "able", "raw": true, "system": "x"}',
    400,
    "raw mode does not support template, system, or context",
  ],
])("refuses %s", async (body, status, error) => {
  const url = await serve({});
  const answer = await post(url, "/api/generate", body);
  expect([answer.status, JSON.parse(answer.text)]).toEqual([status, { error }]);
});

test("a null field is one that is not given; without a prompt the model is loaded or unloaded", async () => {
  const calls: unknown[] = [];
  const url = await serve({
    load: async ({ keep_alive }) => void calls.push(["load", keep_alive]),
    unload: async () => void calls.push(["unload"]),
  });
  await post(url, "/api/generate", { model: "able", prompt: null, keep_alive: "1h30m" });
  await post(url, "/api/chat", { model: "able", messages: [], keep_alive: "0s" });
  expect(calls).toEqual([["load", "1h30m"], ["unload"]]);
});

test("embeddings are scaled to length one, and shortened where asked; the older way gives them as they are", async () => {
  const url = await serve({ embed: async ({ input }) => ({ embeddings: input.map(() => [3, 4, 12]) }) });
  const embed = async (body: object) =>
    JSON.parse((await post(url, "/api/embed", { model: "able", ...body })).text);
  expect((await embed({ input: "a", dimensions: 2 })).embeddings).toEqual([[0.6, 0.8]]);
  expect((await embed({ input: ["a", "b"] })).embeddings[1][0]).toBeCloseTo(3 / 13, 8);
  expect(await embed({ input: [1] })).toEqual({ error: "invalid input type" });
  const older = await post(url, "/api/embeddings", { model: "able", prompt: "a" });
  expect(JSON.parse(older.text)).toEqual({ embedding: [3, 4, 12] });
});

test("pull, push and create give their lines, or the last one; a transfer without success is an error", async () => {
  const url = await serve({
    async *pull({ model }) {
      yield { status: "pulling manifest" };
      if (model === "whole") yield { status: "success" };
    },
  });
  const streamed = await post(url, "/api/pull", { name: "whole" });
  expect(streamed.headers["content-type"]).toBe("application/x-ndjson");
  expect(shapes(streamed.text)).toEqual([{ status: "string" }]);
  const whole = await post(url, "/api/pull", { model: "whole", stream: false });
  expect([whole.headers["content-type"], whole.text]).toEqual(["application/json", '{"status":"success"}']);
  const broken = await post(url, "/api/pull", { model: "half", stream: false });
  expect([broken.status, broken.text]).toEqual([500, '{"error":"unexpected end of progress response"}']);
});

test("web search sees the caller's headers, under both of its paths; errors may carry more fields", async () => {
  const url = await serve({
    async webSearch({ query }, { headers }) {
      if (!headers.authorization)
        throw new OllamaHttpError(401, "unauthorized", { signin_url: "https://example.com" });
      return { results: [{ title: query, url: "https://example.com", content: "" }] };
    },
  });
  for (const path of ["/api/web_search", "/api/experimental/web_search"]) {
    const refused = await post(url, path, { query: "x" });
    expect([refused.status, JSON.parse(refused.text)]).toEqual([
      401,
      { error: "unauthorized", signin_url: "https://example.com" },
    ]);
    const headers = { authorization: "Bearer key" };
    const found = await fetch(url + path, { method: "POST", headers, body: '{"query":"x"}' });
    expect(await found.json()).toMatchObject({ results: [{ title: "x" }] });
  }
});
