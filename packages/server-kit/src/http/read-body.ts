import { readRequestBody } from "@modelcontextprotocol/server";
import { errorResponse } from "./error-response.ts";

/** The message of a request's body, read and parsed once; the answer when it is not taken. */
export async function readBody(
  request: Request,
  maxBytes: number,
): Promise<{ parsedBody: unknown } | Response> {
  const body = await readRequestBody(request, maxBytes);
  if (body.tooLarge) return errorResponse(413, -32_000, `The request has more than ${maxBytes} bytes`);
  try {
    return { parsedBody: JSON.parse(body.text) };
  } catch {
    return errorResponse(400, -32_700, "The body is not valid JSON");
  }
}
