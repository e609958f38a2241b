import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Engine, startEngine } from "../src/index.ts";
import { type Exchange, exchange, exchangeNames, post, recordedText, send, shapes } from "./exchanges.ts";
import { defaultModelAvailable, fetchTimeoutMs, startDefaultEngine, testTimeoutMs } from "./real-engine.ts";

const model = "smollm2:135m";
const precise = "smollm2-precise:135m";
const longTask = "Write a very long story about a king, his castle, his horses and all his knights.";

/** A format that leaves the model one text to say, so that the answer is the same on every processor. */
const saying = (text: string) => ({
  type: "object",
  properties: { said: { enum: [text] } },
  required: ["said"],
});
const endless = saying("word ".repeat(2000));

/** The cosine of the angle between two vectors of length 1. */
const cosine = (one: number[], other: number[]) =>
  one.reduce((sum, value, place) => sum + value * (other[place] ?? 0), 0);

/** Errors whose words tell of Ollama's own registry: only their status and shape are ours. */
const otherWords = [
  "create-from-missing",
  "pull-unreachable-registry",
  "pull-unreachable-registry-stream",
  "push-no-namespace",
];

/** Ollama leaves out a duration of zero: here it took one token, and no time between tokens. */
const zeroDuration = ["chat-context-overflow"];

/** What must have been asked before, for the recorded answer to be the right one. */
const before: Record<string, Exchange["request"][]> = {
  "ps-none-loaded": [
    { method: "POST", path: "/api/generate", body: { model: "smollm2:135m", keep_alive: 0 } },
  ],
  "ps-one-loaded": [{ method: "POST", path: "/api/generate", body: { model: "smollm2:135m" } }],
};

const available = await defaultModelAvailable();

describe.skipIf(!available)("the engine with the real model", { timeout: testTimeoutMs }, () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await startDefaultEngine();
  }, fetchTimeoutMs);
  afterAll(() => engine.close());

  const generate = async (body: object) => {
    const answer = await post(engine.url, "/api/generate", { model, stream: false, ...body });
    return JSON.parse(answer.text);
  };
  const ps = async () => JSON.parse((await send(engine.url, { method: "GET", path: "/api/ps" })).text).models;

  /** Starts an answer without end, and gives what aborts it once its first piece is there. */
  async function endlessAnswer() {
    const abort = new AbortController();
    const body = JSON.stringify({ model, prompt: longTask, format: endless });
    const response = await fetch(`${engine.url}/api/generate`, {
      method: "POST",
      body,
      signal: abort.signal,
    });
    await response.body?.getReader().read();
    return abort;
  }

  test("frees the model for the next request when an answer is aborted", async () => {
    const abort = await endlessAnswer();
    abort.abort();
    expect(await generate({ prompt: "hi", options: { num_predict: 1 } })).toMatchObject({ eval_count: 1 });
  });

  test("frees the model when a long prompt is aborted before its first word", async () => {
    const abort = new AbortController();
    const prompt = "word ".repeat(3500);
    const aborted = post(engine.url, "/api/generate", { model, prompt }, abort.signal);
    const next = generate({ prompt: "hi", options: { num_predict: 1 } });
    setImmediate(() => abort.abort());
    await expect(aborted).rejects.toThrow();
    expect(await next).toMatchObject({ done: true });
  });

  test("an aborted request leaves the queue, those behind it are answered", async () => {
    const running = await endlessAnswer();
    const leaving = new AbortController();
    const left = post(
      engine.url,
      "/api/generate",
      { model, prompt: longTask, stream: false },
      leaving.signal,
    );
    const waiting = generate({ prompt: "hi", options: { num_predict: 1 } });
    leaving.abort();
    await expect(left).rejects.toThrow();
    running.abort();
    expect(await waiting).toMatchObject({ eval_count: 1 });
  });

  test("tags answer while an answer is under way", async () => {
    const running = await endlessAnswer();
    const tags = JSON.parse((await send(engine.url, { method: "GET", path: "/api/tags" })).text);
    running.abort();
    expect(tags.models.map(({ name }: { name: string }) => name)).toEqual([model, precise]);
    expect(tags.models[0].digest).not.toBe(tags.models[1].digest);
  });

  test("requests at once are all answered, each its own", async () => {
    const counts = [1, 2, 3, 4];
    const answers = await Promise.all(
      counts.map((num_predict) =>
        generate({ prompt: "Tell me all.", format: endless, options: { num_predict } }),
      ),
    );
    expect(answers.map(({ eval_count }) => eval_count)).toEqual(counts);
  });

  test("the precise name answers the same each time", async () => {
    const ask = () => generate({ model: precise, prompt: "Name a color.", options: { num_predict: 8 } });
    await ask(); // reads the prompt; from now on it is in memory, and the same is computed each time
    expect((await ask()).response).toBe((await ask()).response);
  });

  test("a seed repeats an answer", async () => {
    const ask = (seed: number) =>
      generate({ prompt: longTask, options: { num_predict: 16, temperature: 1.5, seed } });
    const others = [await ask(4), await ask(5), await ask(6)];
    const [first, again] = [await ask(3), await ask(3)];
    expect(again.response).toBe(first.response);
    expect(new Set(others.map(({ response }) => response)).size).toBeGreaterThan(1);
  });

  test("stop ends the answer before the text", async () => {
    const answer = await generate({
      prompt: "What is the capital of France?",
      format: saying("The capital is Paris, of course"),
      options: { stop: [", of"] },
    });
    expect(answer.response).toMatch(/^\s*\{\s*"said"\s*:\s*"The capital is Paris$/);
    expect(answer.done_reason).toBe("stop");
  });

  test("marks of the chat format in a prompt are plain text", async () => {
    const context = async (prompt: string) =>
      (await generate({ prompt, options: { num_predict: 1 } })).context as number[];
    const startOfTurn = 1;
    const marks = (await context("<|im_start|>system")).filter((token) => token === startOfTurn);
    expect(marks).toHaveLength(2);
    const raw = await generate({ prompt: "<|im_start|>system", raw: true, options: { num_predict: 1 } });
    expect(raw.context[0]).toBe(startOfTurn);
  });

  test("characters of several tokens are never cut", async () => {
    const said = "🎉🎈 é";
    const body = JSON.stringify({ model, prompt: "Celebrate!", format: saying(said) });
    const text = await (await fetch(`${engine.url}/api/generate`, { method: "POST", body })).text();
    const pieces = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).response as string);
    expect(pieces.filter((piece) => piece.includes("\uFFFD"))).toEqual([]);
    expect(JSON.parse(pieces.join(""))).toEqual({ said });
  });

  test("format json gives JSON", async () => {
    const ask = (country: string) =>
      generate({
        prompt: `The capital of ${country}, as {"capital": "NAME"}`,
        format: "json",
        options: { num_predict: 60 },
      });
    const answers = [await ask("Italy"), await ask("France"), await ask("Spain"), await ask("Japan")];
    for (const { response } of answers) expect(response).toMatch(/^\s*\{/);
    // A small model may still be talking when it is cut off, but hardly four times.
    const whole = answers.filter(({ done_reason }) => done_reason === "stop");
    expect(whole).not.toEqual([]);
    for (const { response } of whole) expect(JSON.parse(response)).toBeTypeOf("object");
  });

  test("a chat that is too long loses its oldest turns, not its system turn", async () => {
    const old = { role: "user", content: "word ".repeat(600) };
    const messages = [
      { role: "system", content: "Be brief." },
      old,
      { role: "user", content: "What is 2+2?" },
    ];
    const options = { num_ctx: 512, num_predict: 1 };
    const answer = await post(engine.url, "/api/chat", { model, messages, stream: false, options });
    const without = await post(engine.url, "/api/chat", {
      model,
      messages: messages.toSpliced(1, 1),
      stream: false,
      options,
    });
    expect(JSON.parse(answer.text).prompt_eval_count).toBe(JSON.parse(without.text).prompt_eval_count);
  });

  test("a full context ends the answer where shifting is off", async () => {
    const answer = await generate({
      prompt: longTask,
      shift: false,
      format: endless,
      options: { num_ctx: 64 },
    });
    expect(answer.done_reason).toBe("length");
    expect(answer.prompt_eval_count + answer.eval_count).toBeLessThanOrEqual(64);
  });

  test("ps tells the context's length and until when; keep_alive 0 after an answer unloads", async () => {
    await generate({ prompt: "hi", keep_alive: -1, options: { num_predict: 1, num_ctx: 2048 } });
    const [loaded] = await ps();
    expect(loaded).toMatchObject({ name: model, context_length: 2048, size_vram: 0 });
    expect(new Date(loaded.expires_at).getFullYear()).toBeGreaterThan(2200);
    await generate({ model: precise, keep_alive: 0 });
    await generate({ keep_alive: 0 });
    expect(await ps()).toEqual([]);
  });

  test("refuses a context with tokens that the model does not have", async () => {
    expect(await generate({ prompt: "hi", context: [1, 49152] })).toEqual({
      error: "context holds a token that the model does not have",
    });
  });

  describe("answers as a real Ollama did", () => {
    test.each(exchangeNames)("%s", async (name) => {
      const recorded = exchange(name);
      for (const request of before[name] ?? []) await send(engine.url, request);
      const answer = await send(engine.url, recorded.request);
      const { status, headers } = recorded.response;
      expect(answer.status).toBe(status);
      expect(answer.headers["content-type"]).toBe(headers["content-type"]);
      expect(answer.headers.allow).toBe(headers.allow);
      expect("transfer-encoding" in answer.headers).toBe("transfer-encoding" in headers);
      const text = recordedText(recorded);
      if (!headers["content-type"]?.includes("json")) expect(answer.text).toBe(text);
      else if (status >= 400 && !otherWords.includes(name))
        expect(JSON.parse(answer.text)).toEqual(JSON.parse(text));
      else if (zeroDuration.includes(name)) expect(shapes(answer.text)).toMatchObject(shapes(text));
      else expect(shapes(answer.text)).toEqual(shapes(text));
    });

    test.each(["generate", "generate-length"])(
      "%s is read as the same tokens as by Ollama, and its context holds the answer's too",
      async (name) => {
        const recorded = exchange(name);
        const theirs = JSON.parse(recordedText(recorded));
        const ours = JSON.parse((await send(engine.url, recorded.request)).text);
        const count: number = theirs.prompt_eval_count;
        expect(ours.prompt_eval_count).toBe(count);
        expect(ours.context.slice(0, count)).toEqual(theirs.context.slice(0, count));
        const withoutEnd = ours.eval_count - (ours.done_reason === "stop" ? 1 : 0);
        expect(ours.context).toHaveLength(count + withoutEnd);
      },
    );

    test("embeds a text as a vector of length 1, alone as among others", async () => {
      const [one, many] = await Promise.all(
        ["hello", ["hello", "world"]].map((input) => post(engine.url, "/api/embed", { model, input })),
      );
      const vectors = [one, many].flatMap(
        (answer) => JSON.parse(answer?.text ?? "").embeddings as number[][],
      );
      for (const vector of vectors) {
        expect(vector).toHaveLength(576);
        expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
      }
      const [alone = [], among = [], other = []] = vectors;
      expect(cosine(alone, among)).toBeCloseTo(1, 3);
      expect(cosine(alone, other)).toBeLessThan(cosine(alone, among));
    });
  });
});

// In this file too, since engines that compute at the same time on few cores slow each other down manyfold.
describe.skipIf(!available)("the engine's process", { timeout: testTimeoutMs }, () => {
  const bin = fileURLToPath(new URL("../src/bin.ts", import.meta.url));
  const env = { ...process.env, ENGINE_MODEL: "" };

  /** The command as a child, with an answer under way. */
  async function answering(): Promise<ChildProcess> {
    const child = fork(bin, [], { env, execArgv: [], stdio: ["ignore", "ignore", "ignore", "ipc"] });
    const [{ url }] = await once(child, "message");
    const body = JSON.stringify({ model: "smollm2:135m", prompt: "Tell a long story." });
    const response = await fetch(`${url}/api/generate`, { method: "POST", body });
    const reader = response.body?.getReader();
    await reader?.read();
    reader?.closed.catch(() => {}); // the answer is cut off when the command ends
    return child;
  }

  test.each(["SIGTERM", "SIGINT"] as const)(
    "the command ends with 0 on %s, in the midst of an answer",
    async (signal) => {
      const child = await answering();
      child.kill(signal);
      expect(await once(child, "exit")).toEqual([0, null]);
    },
  );

  test("the command ends with 0 while the model is being loaded", async () => {
    const child = fork(bin, [], { env, execArgv: [], stdio: ["ignore", "ignore", "ignore", "ipc"] });
    const [{ url }] = await once(child, "message");
    const load = request(`${url}/api/generate`, { method: "POST" }).on("error", () => {});
    load.end(JSON.stringify({ model: "smollm2:135m" }), () => setImmediate(() => child.kill("SIGTERM")));
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  test("the command ends when the process that forked it lets go", async () => {
    const child = await answering();
    child.disconnect();
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  test("close ends the process behind the address", async () => {
    const engine = await startDefaultEngine();
    expect(engine.models).toEqual(["smollm2:135m", "smollm2-precise:135m"]);
    expect(await (await fetch(engine.url)).text()).toBe("Ollama is running");
    await engine.close();
    await engine.close();
    await expect(fetch(engine.url)).rejects.toThrow();
  });

  test("an abort while starting rejects and leaves no process", async () => {
    const abort = new AbortController();
    const onProgress = () => setImmediate(() => abort.abort());
    await expect(startEngine({ env, signal: abort.signal, onProgress })).rejects.toThrow("aborted");
  });
});
