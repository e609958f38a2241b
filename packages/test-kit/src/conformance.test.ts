import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createTestOllama, type TestOllama, type TestOllamaOptions } from "./index.ts";

type Exchange = {
  request: { method: string; path: string; body?: unknown };
  response: { status: number; headers: Record<string, string>; chunks: { text: string }[] };
};

/** Servers that were recorded, by the version that the scriptable one answers like. */
const recordings = {
  "0.25": { folder: new URL("../fixtures/ollama-exchanges/", import.meta.url), version: "0.25.0" },
  "0.33": { folder: new URL("../fixtures/ollama-exchanges-0.33/", import.meta.url), version: "0.33.0-rc2" },
} as const;
type Recorded = keyof typeof recordings;

const namesOf = (like: Recorded) =>
  readdirSync(recordings[like].folder).map((file) => file.replace(".json", ""));
const read = (name: string, like: Recorded = "0.25"): Exchange =>
  JSON.parse(readFileSync(new URL(`${name}.json`, recordings[like].folder), "utf8"));

/** The bridge calls Ollama's own API only, so the compatible APIs of OpenAI and Anthropic are not made again. */
const notApplying = [
  "v1-chat-completions",
  "v1-messages",
  "v1-messages-missing",
  "v1-messages-stream",
  "v1-models",
];

const recordedServer: TestOllamaOptions = {
  models: [{ name: "smollm2:135m" }, { name: "smollm2-b:135m" }],
  registry: "unreachable",
  web: { unreachable: true },
};

/** What was different on the server when these were recorded. */
const setups: Record<string, TestOllamaOptions> = {
  "chat-context-overflow": { models: [{ name: "smollm2:135m", answer: [""] }] },
  "cloud-model-signed-out": { models: [{ name: "gpt-oss:120b-cloud", cloud: "unreachable" }] },
  delete: { models: [{ name: "copied" }] },
  "delete-created": { models: [{ name: "terse" }] },
  "generate-queue-full": { maxQueue: 0 },
};

/** What had happened on the server before these were recorded. */
const befores: Record<string, (ollama: TestOllama) => Promise<unknown>> = {
  "ps-one-loaded": (ollama) => send(ollama, read("generate-load-only").request),
  async "generate-queue-full"(ollama) {
    const loading = ollama.pauseBefore("load");
    send(ollama, { method: "POST", path: "/api/generate", body: { model: "smollm2-b:135m" } }).catch(
      () => {},
    );
    await loading.reached;
  },
};

function send({ url }: TestOllama, { method, path, body }: Exchange["request"]): Promise<Response> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return fetch(url + path, { method, ...(method === "GET" ? {} : { body: text ?? "" }) });
}

/** Field names and JSON types; of a list, those that its items have. */
function shapeOf(value: unknown): unknown {
  if (value === null) return "null";
  if (Array.isArray(value)) return [...new Set(value.map((item) => JSON.stringify(shapeOf(item))))];
  if (typeof value !== "object") return typeof value;
  const fields = Object.entries(value).map(([key, field]) => [key, shapeOf(field)] as const);
  return Object.fromEntries(fields.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** The words of an error, without what is another on every server: digests, times, counts of tokens. */
const wordsOf = (error: string) =>
  error
    .replace(/[0-9a-f]{64}/, "DIGEST")
    .replace(/ts=\d+/, "ts=TIME")
    .replace(/\(\d+ tokens\)/, "(COUNT tokens)")
    .replace(/("n_prompt_tokens":)\d+/, "$1COUNT");

/** The shapes of an answer's lines, one for a run of equal ones; of an error also the words. */
function linesOf(text: string): unknown[] {
  const shapes = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
    .map((line) => (line.error ? { error: wordsOf(line.error) } : shapeOf(line)))
    .map((shape) => JSON.stringify(shape));
  return shapes.filter((shape, index) => shape !== shapes[index - 1]);
}

const cases = (["0.25", "0.33"] as const).flatMap((like) =>
  namesOf(like)
    .filter((name) => !notApplying.includes(name))
    .map((name) => [like, name] as const),
);

test.each(cases)("%s %s", async (like, name) => {
  const { request, response: recorded } = read(name, like);
  const { version } = recordings[like];
  const ollama = await createTestOllama({ ...recordedServer, version, like, ...setups[name] });
  try {
    // On the newer server another model was loaded already.
    if (like === "0.33" && name.startsWith("ps-")) await ollama.load("smollm2-b:135m");
    await befores[name]?.(ollama);
    const response = await send(ollama, request);
    const text = await response.text();
    const recordedText = recorded.chunks.map((chunk) => chunk.text).join("");
    expect(response.status).toBe(recorded.status);
    for (const header of ["content-type", "allow", "transfer-encoding"])
      expect([header, response.headers.get(header)]).toEqual([header, recorded.headers[header] ?? null]);
    if (recorded.headers["content-type"]?.includes("json"))
      expect(linesOf(text)).toEqual(linesOf(recordedText));
    else expect(text).toBe(recordedText);
  } finally {
    await ollama.close();
  }
});

test("the exchanges that do not apply are those of other APIs, and are unknown here", async () => {
  for (const like of ["0.25", "0.33"] as const)
    expect(new Set(namesOf(like).filter((name) => name.startsWith("v1-")))).toEqual(new Set(notApplying));
  const ollama = await createTestOllama(recordedServer);
  expect((await send(ollama, read("v1-models").request)).status).toBe(404);
  await ollama.close();
});
