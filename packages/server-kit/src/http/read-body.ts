import type { IncomingMessage } from "node:http";
import { type ByteBudget, ByteBuffer, mebibytes } from "@ollama-bridge/foundation";
import { PARSE_ERROR, type Refusal, readMessage, refusal, SERVER_BUSY } from "../message/read-message.ts";

/** A body of 32 MiB arrives in about 500 pieces. Far more pieces are an attack: each one costs processor time. */
const MAX_PIECES = 50_000;

/** What a request's body holds, or the answer when it is not taken. */
export type ReadBody = { parsedBody: unknown } | RefusedBody;

/** The answer to a body that is not taken. */
export interface RefusedBody {
  status: 400 | 413 | 503;
  refused: Refusal;
}

/**
 * The message of a request's body, read and parsed once; undefined when the client disconnected before the end. Its
 * bytes are charged to `budget` and copied into one buffer as they arrive, because a list of one-byte pieces would take a
 * hundred times their size.
 */
export async function readBody(
  request: IncomingMessage,
  maxBytes: number,
  budget: ByteBudget,
): Promise<ReadBody | undefined> {
  const whole = await readBytes(request, maxBytes, budget);
  if (!(whole instanceof ByteBuffer)) return whole;
  const read = readMessage(whole.takeText());
  if (read === undefined) return refuse(400, PARSE_ERROR, "The request is empty", "Send a message as JSON.");
  return "refused" in read ? { status: 400, refused: read.refused } : { parsedBody: read.value };
}

function readBytes(
  request: IncomingMessage,
  maxBytes: number,
  budget: ByteBudget,
): Promise<ByteBuffer | RefusedBody | undefined> {
  const tooLong = () => {
    const what = `The request has more than ${mebibytes(maxBytes)}`;
    return refuse(413, PARSE_ERROR, what, "Send less, or have http.max_body_mib raised.");
  };
  const expectedBytes = Number(request.headers["content-length"] ?? 0);
  if (expectedBytes > maxBytes) return Promise.resolve(tooLong());
  const buffer = new ByteBuffer(maxBytes, () => new Error("longer than was taken"), expectedBytes);
  let size = 0;
  let pieces = 0;
  return new Promise((resolve) => {
    const stop = (refused: RefusedBody) => {
      request.off("data", take).pause();
      resolve(refused);
    };
    const take = (chunk: Buffer) => {
      size += chunk.length;
      pieces++;
      if (pieces > MAX_PIECES) return stop(refuse(400, PARSE_ERROR, ...TOO_MANY_PIECES));
      if (size > maxBytes) return stop(tooLong());
      if (budget.take(chunk.length) < chunk.length) return stop(refuse(503, SERVER_BUSY, ...BUSY));
      buffer.append(chunk);
    };
    request
      .on("data", take)
      .once("end", () => resolve(buffer))
      .once("close", () => resolve(undefined));
  });
}

const TOO_MANY_PIECES = [
  `The request arrived in more than ${MAX_PIECES} pieces`,
  "Send it in chunks of at least a kilobyte.",
] as const;

const BUSY = ["The memory for large requests is in use", "Send the request again in a moment."] as const;

function refuse(status: RefusedBody["status"], code: number, what: string, hint: string): RefusedBody {
  return { status, refused: refusal(null, code, what, hint) };
}
