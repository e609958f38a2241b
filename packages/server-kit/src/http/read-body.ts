import type { IncomingMessage } from "node:http";
import { type ByteBudget, ByteBuffer, mebibytes } from "@ollama-bridge/foundation";
import { PARSE_ERROR, type Refusal, readMessage, refusal, SERVER_BUSY } from "../message/read-message.ts";

/** A body of 32 MiB comes in about 500 pieces. One in far more is an attack, for each piece takes its time. */
const MAX_PIECES = 50_000;

/** What a request's body holds, or the answer when it is not taken. */
export type ReadBody = { parsedBody: unknown } | RefusedBody;

/** The answer to a body that is not taken. */
export interface RefusedBody {
  status: 400 | 413 | 503;
  refused: Refusal;
}

/**
 * The message of a request's body, read and parsed once; undefined when the client left before its end. Its bytes are
 * taken from `budget`, and put together as they come: pieces of one byte would else cost a hundred times their size.
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
      if (pieces > MAX_PIECES) return stop(refuse(400, PARSE_ERROR, ...CRUMBLED));
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

const CRUMBLED = [
  `The request came in more than ${MAX_PIECES} pieces`,
  "Send it in chunks of at least a kilobyte.",
] as const;

const BUSY = [
  "Other large requests take all the memory that there is for them",
  "Send the request again when they have been answered.",
] as const;

function refuse(status: RefusedBody["status"], code: number, what: string, hint: string): RefusedBody {
  return { status, refused: refusal(null, code, what, hint) };
}
