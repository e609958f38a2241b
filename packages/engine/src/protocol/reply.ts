import type { ServerResponse } from "node:http";

/** Ollama's server sends a length up to this size of answer, and chunks beyond. */
const longestUnchunkedBytes = 2048;

const json = "application/json; charset=utf-8";
/** The content type of what Ollama answers where a stream could have been: without a charset. */
export const plainJson = "application/json";
export const ndjson = "application/x-ndjson";

export function replyJson(response: ServerResponse, body: object, status = 200, contentType = json): void {
  reply(response, status, contentType, JSON.stringify(body));
}

export function replyText(response: ServerResponse, status: number, contentType: string, text: string): void {
  reply(response, status, contentType, text);
}

export function replyEmpty(response: ServerResponse): void {
  response.writeHead(200, { "content-length": 0 }).end();
}

function reply(response: ServerResponse, status: number, contentType: string, text: string): void {
  const bytes = Buffer.byteLength(text);
  const length = bytes <= longestUnchunkedBytes ? { "content-length": bytes } : {};
  response.writeHead(status, { "content-type": contentType, ...length }).end(text);
}

/** Writes the present as Ollama does, to the nanosecond. */
export function timestamp(): string {
  const nanoseconds = BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n;
  const seconds = new Date(Number(nanoseconds / 1_000_000n)).toISOString().slice(0, 19);
  const fraction = String(nanoseconds % 1_000_000_000n)
    .padStart(9, "0")
    .replace(/0+$/, "");
  return `${seconds}${fraction ? `.${fraction}` : ""}Z`;
}
