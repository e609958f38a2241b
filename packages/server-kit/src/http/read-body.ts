import { readRequestBody } from "@modelcontextprotocol/server";
import { PARSE_ERROR, readMessage, refusal } from "../message/read-message.ts";

/** The message of a request's body, read and parsed once; the answer when it is not taken. */
export async function readBody(
  request: Request,
  maxBytes: number,
): Promise<{ parsedBody: unknown } | Response> {
  const body = await readRequestBody(request, maxBytes);
  if (body.tooLarge) {
    const hint = "Send less, or have http.max_body_mib raised.";
    return refuse(413, refusal(null, PARSE_ERROR, `The request has more than ${maxBytes} bytes`, hint));
  }
  const read = readMessage(body.text);
  if (read === undefined)
    return refuse(400, refusal(null, PARSE_ERROR, "The request is empty", "Send a message as JSON."));
  return "refused" in read ? refuse(400, read.refused) : { parsedBody: read.value };
}

const refuse = (status: number, body: object) => Response.json(body, { status });
