import type { IncomingMessage } from "node:http";

/** A cancellation or another notification is short. */
const MAX_BYTES = 4096;

/** The message of a request that is a notification, which asks for no place of its own; undefined for any other. */
export async function readNotification(request: IncomingMessage): Promise<object | undefined> {
  if (!(Number(request.headers["content-length"]) <= MAX_BYTES)) return undefined;
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const message: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    const isNotification = typeof message === "object" && message !== null && "method" in message;
    return isNotification && !("id" in message) ? message : undefined;
  } catch {
    // Not JSON, or the caller has gone: refused like every call beyond the limit.
    return undefined;
  }
}
