import type { RequestId } from "@modelcontextprotocol/server";

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
