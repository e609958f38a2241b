import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { toHttpError } from "./errors.ts";
import { ndjson, plainJson, replyJson } from "./reply.ts";

/**
 * Sends each line as it comes, waiting while the client does not read. An error before the first line has its own
 * status; after it, it is the last line of a 200.
 */
export async function replyLines(
  response: ServerResponse,
  lines: AsyncIterable<object>,
  signal: AbortSignal,
): Promise<void> {
  try {
    for await (const line of lines) {
      if (!response.headersSent) response.writeHead(200, { "content-type": ndjson });
      await sendLine(response, line, signal);
    }
    if (!response.headersSent) response.writeHead(200, { "content-type": ndjson });
  } catch (thrown) {
    if (signal.aborted) return;
    const error = toHttpError(thrown);
    const body = { error: error.message, ...error.fields };
    if (!response.headersSent) return replyJson(response, body, error.status, plainJson);
    await sendLine(response, body, signal);
  }
  response.end();
}

async function sendLine(response: ServerResponse, line: object, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (!response.write(`${JSON.stringify(line)}\n`)) await once(response, "drain", { signal });
}
