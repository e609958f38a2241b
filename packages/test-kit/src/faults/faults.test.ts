import { Agent, get } from "node:http";
import { connect } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type AnswerLine, ask, lines } from "../../test/ask.ts";
import { createTestOllama, type TestOllama } from "../index.ts";

let ollama: TestOllama;

beforeEach(async () => {
  ollama = await createTestOllama({ models: [{ name: "small", answer: ["a", "b", "ü", "d"] }] });
});
afterEach(() => ollama.close());

const generate = (fields: object = {}) =>
  ask(ollama, "/api/generate", { model: "small", prompt: "hi", ...fields });

const codeOf = (answer: Promise<unknown>): Promise<string> =>
  answer.then(
    () => "no error",
    (error: Error & { cause?: { code?: string } }) => error.cause?.code ?? error.message,
  );

/** What arrives of a stream, and the error that ends it. */
async function received(response: Response): Promise<{ said: string[]; error: string }> {
  const said: string[] = [];
  const error = await codeOf(
    (async () => {
      for await (const line of lines(response)) said.push(line.error ?? line.response ?? "");
    })(),
  );
  return { said, error };
}

test("down it refuses, also on connections it had, and comes back on its port", async () => {
  await (await generate()).text();
  await ollama.goDown();
  expect(await codeOf(generate())).toBe("ECONNREFUSED");
  await ollama.comeBack();
  expect((await generate()).status).toBe(200);
});

test("a connection is reset when it is accepted", async () => {
  ollama.inject({ kind: "reset-on-accept", times: 1 });
  const socket = connect(ollama.port, "127.0.0.1");
  const error = await new Promise<NodeJS.ErrnoException>((resolve) => socket.once("error", resolve));
  expect(error.code).toBe("ECONNRESET");
  expect((await generate()).status).toBe(200);
});

test("a reset comes before the headers, after bytes, and after tokens", async () => {
  ollama.inject({ kind: "reset", times: 1 });
  expect(await codeOf(generate())).toBe("ECONNRESET");
  ollama.inject({ kind: "reset-after-bytes", bytes: 40, times: 1 });
  expect(await codeOf(generate())).toBe("ECONNRESET");
  ollama.inject({ kind: "reset-after-tokens", tokens: 2, times: 1 });
  expect(await received(await generate())).toEqual({ said: ["a", "b"], error: "ECONNRESET" });
  expect(ollama.counters.log.map(({ outcome }) => outcome)).toEqual(["broken", "broken", "broken"]);
});

test("a silent server takes the request and notices that its client goes", async () => {
  ollama.inject({ kind: "silent" });
  const controller = new AbortController();
  const asked = codeOf(ask(ollama, "/api/tags", undefined, controller.signal));
  await ollama.until(({ inFlight }) => inFlight["/api/tags"] === 1);
  controller.abort();
  expect(await asked).toMatch(/abort/);
  await ollama.until(({ aborted, totalInFlight }) => aborted === 1 && totalInFlight === 0);
});

test("a stream ends without its done line", async () => {
  ollama.inject({ kind: "cut-after-tokens", tokens: 3 });
  expect(await received(await generate())).toEqual({ said: ["a", "b", "ü"], error: "no error" });
  expect(await codeOf((await generate({ stream: false })).text())).not.toBe("no error");
});

test("an error line ends a stream, and is a 500 where nothing is streamed", async () => {
  ollama.inject({ kind: "error-after-tokens", tokens: 1 });
  const { said } = await received(await generate());
  expect(said).toEqual(["a", "llama runner process has terminated: exit status 2"]);
  expect((await generate({ stream: false })).status).toBe(500);
});

test("generation hangs while the lists answer, and holds the slot until the client goes", async () => {
  const hang = ollama.inject({ kind: "hang-after-tokens", tokens: 1 });
  const controller = new AbortController();
  const response = await ask(ollama, "/api/generate", { model: "small", prompt: "hi" }, controller.signal);
  const first = await lines(response).next();
  expect((first.value as AnswerLine).response).toBe("a");
  expect((await ask(ollama, "/api/tags")).status).toBe(200);
  hang.clear();
  const next = generate();
  await ollama.until(() => ollama.waiting("small") === 1);
  controller.abort();
  expect((await next).status).toBe(200);
});

test("a hang before the first token sends no head", async () => {
  ollama.inject({ kind: "hang-after-tokens", tokens: 0 });
  const controller = new AbortController();
  const asked = codeOf(generate());
  const aborted = codeOf(
    ask(
      ollama,
      "/api/chat",
      { model: "small", messages: [{ role: "user", content: "x" }] },
      controller.signal,
    ),
  );
  await ollama.until(({ totalInFlight }) => totalInFlight === 2);
  controller.abort();
  expect(await aborted).toMatch(/abort/);
  await ollama.goDown();
  expect(await asked).toBe("ECONNRESET");
});

test.each([
  [{ kind: "queue-full" }, 503, "server busy, please try again.  maximum pending requests exceeded"],
  [{ kind: "out-of-memory" }, 500, /more system memory/],
  [{ kind: "runner-terminated" }, 500, /has terminated/],
  [{ kind: "signed-out" }, 401, "unauthorized"],
  [{ kind: "ghost" }, 404, "model 'small' not found"],
  [{ kind: "rate-limited" }, 429, "too many requests"],
  [
    { kind: "status", status: 418, path: "/api/generate", message: "short and stout" },
    418,
    "short and stout",
  ],
] as const)("%o answers %i at once, while tags lists the model", async (fault, status, error) => {
  ollama.inject(fault);
  const response = await generate();
  expect(response.status).toBe(status);
  expect(((await response.json()) as { error: string }).error).toMatch(error);
  const tags = (await (await ask(ollama, "/api/tags")).json()) as { models: object[] };
  expect(tags.models).toMatchObject([{ name: "small:latest" }]);
});

test("Retry-After is seconds, a date, or not there", async () => {
  const date = new Date(Date.UTC(2030, 0, 1)).toUTCString();
  const told: (string | null)[] = [];
  for (const retryAfter of [2, date, undefined]) {
    ollama.inject({ kind: "rate-limited", times: 1, ...(retryAfter ? { retryAfter } : {}) });
    told.push((await generate()).headers.get("retry-after"));
  }
  expect(told).toEqual(["2", date, null]);
});

test("another server's page, and a redirect to another origin", async () => {
  ollama.inject({ kind: "html", path: "/api/version", times: 1 });
  const page = await ask(ollama, "/api/version");
  expect(page.headers.get("content-type")).toMatch("text/html");
  ollama.inject({ kind: "redirect", to: "http://127.0.0.2:1" });
  const redirected = await fetch(`${ollama.url}/api/tags`, { redirect: "manual" });
  expect(redirected.headers.get("location")).toBe("http://127.0.0.2:1/api/tags");
});

test("every byte comes alone, those of one character too", async () => {
  ollama.inject({ kind: "split-bytes", times: 1 });
  const sizes: number[] = [];
  const socket = connect(ollama.port, "127.0.0.1", () => {
    const body = JSON.stringify({ model: "small", prompt: "hi" });
    socket.write(`POST /api/generate HTTP/1.1\r\nhost: x\r\nconnection: close\r\n`);
    socket.write(`content-length: ${body.length}\r\n\r\n${body}`);
  });
  let text = "";
  for await (const chunk of socket.setEncoding("latin1")) {
    sizes.push(chunk.length);
    text += chunk;
  }
  expect(Buffer.from(text, "latin1").toString()).toMatch(`"response":"ü"`);
  // A busy system may hand over several of them at once.
  expect(sizes.length).toBeGreaterThan(text.length / 20);
  expect(text.endsWith("0\r\n\r\n")).toBe(true);
  expect((await generate()).status).toBe(200);
});

test("several lines come in one write", async () => {
  ollama.inject({ kind: "join-lines", lines: 3 });
  const sizes: number[] = [];
  const { body } = await generate();
  for await (const chunk of body ?? []) sizes.push(Buffer.from(chunk).toString().trim().split("\n").length);
  expect(Math.max(...sizes)).toBeGreaterThanOrEqual(3);
});

test("slow keeps the answer and stretches its time", async () => {
  ollama.inject({ kind: "slow", factor: 10 });
  expect((await received(await generate())).said.join("")).toBe("abüd");
  expect((await (await generate({ stream: false })).json()) as object).toMatchObject({ done: true });
});

test("a fault keeps to its path, its model and its count, and tells its hits", async () => {
  ollama.models.add({ name: "other" });
  const busy = ollama.inject({ kind: "queue-full", model: "small", path: "/api/generate", times: 2 });
  const statuses = [];
  for (const model of ["other", "small", "small:latest", "small"])
    statuses.push((await generate({ model })).status);
  expect(statuses).toEqual([200, 503, 503, 200]);
  expect(busy.hits).toBe(2);
});

test("flapping fails and passes in turns until cleared", async () => {
  const flapping = ollama.inject({ kind: "out-of-memory", flap: { fail: 1, pass: 2 } });
  const statuses = [];
  for (let turn = 0; turn < 5; turn += 1) statuses.push((await generate()).status);
  expect(statuses).toEqual([500, 200, 200, 500, 200]);
  flapping.clear();
  expect((await generate()).status).toBe(200);
});

test.each([
  ["context-exceeded-llama-server", 400, /exceed_context_size_error/],
  ["context-exceeded-cloud", 400, /exceeded max context length by 65590 tokens/],
  ["weekly-limit", 429, /weekly usage limit/],
  ["payment-required", 402, /subscription/],
  ["forbidden", 403, /forbidden/],
  ["nan-embedding", 500, /NaN/],
  ["bad-grammar", 400, /failed to parse grammar/],
] as const)("%s answers %i in a server's own words", async (kind, status, words) => {
  ollama.inject({ kind, retryAfter: 7 });
  const response = await generate();
  expect([response.status, response.headers.get("retry-after")]).toEqual([status, "7"]);
  expect(((await response.json()) as { error: string }).error).toMatch(words);
});

test("a stream ends with any line that a test wants", async () => {
  ollama.inject({ kind: "last-line", tokens: 1, line: '{"detail":"GPU lost"}' });
  const text = await (await generate()).text();
  expect(text.trim().split("\n").at(-1)).toBe('{"detail":"GPU lost"}');
});

test("a proxy answers with a page, and a server without a path in plain text", async () => {
  ollama.inject({ kind: "front", status: 413, times: 1 });
  const page = await generate();
  expect([page.status, page.headers.get("content-type")]).toEqual([413, "text/html"]);
  ollama.inject({ kind: "unknown-path", path: "/api/ps" });
  const unknown = await ask(ollama, "/api/ps");
  expect([unknown.status, await unknown.text()]).toEqual([404, "404 page not found"]);
});

test("a connection that was used is closed when it is used again", async () => {
  ollama.inject({ kind: "closed-while-idle" });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const once = () =>
    new Promise<string>((resolve) => {
      get(`${ollama.url}/api/version`, { agent }, (response) =>
        response.resume().once("end", () => resolve("answered")),
      ).once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? ""));
    });
  expect([await once(), await once()]).toEqual(["answered", "ECONNRESET"]);
  agent.destroy();
});
