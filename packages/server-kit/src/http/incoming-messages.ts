import { type RequestId, readRequestBody } from "@modelcontextprotocol/server";
import { errorResponse } from "./error-response.ts";

/** The body of a POST, with what the limits have to know of it. */
export interface IncomingMessages {
  /** One message, or a batch of them. */
  body: unknown;
  /** Ids of the requests in it. */
  requestIds: RequestId[];
  /** Absent unless it opens a stream of changes: how many resources that stream is to tell of. */
  subscriptions?: number;
}

/** Reads and parses the body of a POST; the response says why it cannot be read. */
export async function readMessages(request: Request, maxBytes: number): Promise<IncomingMessages | Response> {
  const read = await readRequestBody(request, maxBytes);
  if (read.tooLarge) return errorResponse(413, -32_000, `The body is larger than ${maxBytes} bytes`);
  try {
    return inspectMessages(JSON.parse(read.text));
  } catch {
    return errorResponse(400, -32_700, "The body is not valid JSON");
  }
}

export function inspectMessages(body: unknown): IncomingMessages {
  const messages = Array.isArray(body) ? body : [body];
  const requestIds = messages.flatMap((message: unknown) =>
    isObject(message) && "method" in message && isRequestId(message.id) ? [message.id] : [],
  );
  if (!isObject(body) || body.method !== "subscriptions/listen") return { body, requestIds };
  const { notifications } = isObject(body.params) ? body.params : {};
  const { resourceSubscriptions } = isObject(notifications) ? notifications : {};
  const subscriptions = Array.isArray(resourceSubscriptions) ? resourceSubscriptions.length : 0;
  return { body, requestIds, subscriptions };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isRequestId(value: unknown): value is RequestId {
  return typeof value === "string" || typeof value === "number";
}
