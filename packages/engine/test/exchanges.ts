import { readdirSync, readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";

const folder = new URL("../fixtures/ollama-exchanges/", import.meta.url);

/** An answer as it came over the wire. */
export type Answer = { status: number; headers: Record<string, unknown>; text: string };

/** What a real Ollama was asked and answered. A body that is a text is sent as it stands. */
export type Exchange = {
  request: { method: string; path: string; body?: unknown };
  response: { status: number; headers: Record<string, string>; chunks: { ms: number; text: string }[] };
};

export const exchangeNames = readdirSync(folder).map((name) => name.replace(".json", ""));

export const exchange = (name: string): Exchange =>
  JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8"));

export const recordedText = ({ response }: Exchange): string =>
  response.chunks.map(({ text }) => text).join("");

/** Sends a request with nothing added but the length of its body, and reads the whole answer. */
export function send(
  url: string,
  { method, path, body }: Exchange["request"],
  signal?: AbortSignal,
): Promise<Answer> {
  const bytes = Buffer.from(typeof body === "string" ? body : body ? JSON.stringify(body) : "");
  const headers = bytes.length ? { "content-length": bytes.length } : {};
  return new Promise((resolve, reject) => {
    const options = { method, headers, agent: false, ...(signal && { signal }) };
    const request = httpRequest(`${url}${path}`, options, async (response) => {
      let text = "";
      response.setEncoding("utf8");
      try {
        for await (const chunk of response) text += chunk;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      } catch (error) {
        reject(error);
      }
    });
    request.once("error", reject);
    request.end(bytes);
  });
}

export const post = (url: string, path: string, body: unknown, signal?: AbortSignal): Promise<Answer> =>
  send(url, { method: "POST", path, body }, signal);

/** Field names and JSON types of a value; of an array, those of its first element. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.length ? [shape(value[0])] : [];
  if (typeof value !== "object" || value === null) return value === null ? null : typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, shape(inner)]),
  );
}

/** The shapes of a stream's lines, without repetition: what comes first, in the middle, last. */
export function shapes(text: string): unknown[] {
  const all = text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.stringify(shape(JSON.parse(line))));
  return all.filter((line, index) => line !== all[index - 1]).map((line) => JSON.parse(line));
}
