import type { RequestId } from "@modelcontextprotocol/server";
import { isRecord } from "@ollama-bridge/foundation";

/** The body of a POST, with what the limits have to know of it. */
export interface IncomingMessages {
  /** One message, or a batch of them. */
  body: unknown;
  /** Ids of the requests in it. */
  requestIds: RequestId[];
  /** Absent unless it opens a stream of changes: how many resources that stream is to tell of. */
  subscriptions?: number;
}

/** Looks through a body without checking it; what is no message is refused later, by the SDK. */
export function inspectMessages(body: unknown): IncomingMessages {
  const messages = Array.isArray(body) ? body : [body];
  const requestIds = messages.flatMap((message: unknown) =>
    isRecord(message) && "method" in message && isRequestId(message.id) ? [message.id] : [],
  );
  if (!isRecord(body) || body.method !== "subscriptions/listen") return { body, requestIds };
  const { notifications } = isRecord(body.params) ? body.params : {};
  const { resourceSubscriptions } = isRecord(notifications) ? notifications : {};
  const subscriptions = Array.isArray(resourceSubscriptions) ? resourceSubscriptions.length : 0;
  return { body, requestIds, subscriptions };
}

export function isRequestId(value: unknown): value is RequestId {
  return typeof value === "string" || typeof value === "number";
}

/** A JSON-RPC error as the answer to a POST; with several ids, a batch of errors, so that each request has its answer. */
export function errorResponse(
  status: number,
  code: number,
  message: string,
  ids: readonly RequestId[] = [],
): Response {
  const errors = ids.map((id) => ({ jsonrpc: "2.0", id, error: { code, message } }));
  const [first = { jsonrpc: "2.0", id: null, error: { code, message } }] = errors;
  return Response.json(errors.length > 1 ? errors : first, { status });
}
