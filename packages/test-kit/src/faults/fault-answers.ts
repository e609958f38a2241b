import type { ServerResponse } from "node:http";
import {
  modelNotFound,
  modelNotFoundToEmbed,
  OllamaHttpError,
  serverBusy,
} from "@ollama-bridge/engine/protocol";
import { signedOut } from "../answers/web-answers.ts";
import type { RequestRecord } from "../counters.ts";
import type { Fault } from "./fault-script.ts";
import { isToldError, toldErrors } from "./told-errors.ts";

const json = { "content-type": "application/json; charset=utf-8" };
const page = "<!doctype html><html><head><title>Welcome</title></head><body><h1>It works!</h1></body></html>";

/** Answers in place of the server, where the fault is an answer. Returns whether it did. */
export function answerFault(fault: Fault, record: RequestRecord, response: ServerResponse): boolean {
  if (fault.kind === "html") {
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page);
    return true;
  }
  if (fault.kind === "front") {
    response
      .writeHead(fault.status ?? 502, { "content-type": "text/html" })
      .end(
        fault.message ?? "<html><head><title>nginx</title></head><body><h1>Bad Gateway</h1></body></html>",
      );
    return true;
  }
  if (fault.kind === "unknown-path") {
    response.writeHead(404, { "content-type": "text/plain" }).end("404 page not found");
    return true;
  }
  if (fault.kind === "redirect") {
    response.writeHead(307, { location: new URL(record.path, fault.to).href }).end();
    return true;
  }
  if (fault.kind === "body") {
    response.writeHead(fault.status ?? 200, json).end(fault.body);
    return true;
  }
  if (fault.kind === "endless") {
    response.writeHead(fault.status ?? 200, json);
    sendEndlessly(fault, response);
    return true;
  }
  const error = errorOf(fault, record);
  if (!error) return false;
  if ("retryAfter" in fault && fault.retryAfter !== undefined)
    response.setHeader("retry-after", fault.retryAfter);
  sendError(response, error, fault.message);
  return true;
}

/** Answers as the protocol does when it fails. */
export function sendError(
  response: ServerResponse,
  { status, message, fields }: OllamaHttpError,
  instead?: string,
): void {
  const text = JSON.stringify({ error: instead ?? message, ...fields });
  response.writeHead(status, { ...json, "content-length": Buffer.byteLength(text) }).end(text);
}

const PIECE_BYTES = 64 * 1024;

/** Sends as fast as it is read, and no more than that. */
function sendEndlessly(
  { head = "", repeat, bytes = Number.POSITIVE_INFINITY }: Fault & { kind: "endless" },
  response: ServerResponse,
): void {
  const piece = Buffer.from(repeat.repeat(Math.ceil(PIECE_BYTES / repeat.length)));
  let leftBytes = bytes;
  response.write(head);
  const send = () => {
    while (leftBytes > 0 && !response.destroyed) {
      leftBytes -= piece.length;
      if (!response.write(piece)) return;
    }
    response.end();
  };
  response.on("drain", send);
  send();
}

function errorOf(fault: Fault, { path, model = "", body }: RequestRecord): OllamaHttpError | undefined {
  if (isToldError(fault.kind)) return toldErrors[fault.kind]();
  switch (fault.kind) {
    case "queue-full":
      return serverBusy();
    case "rate-limited":
      return new OllamaHttpError(429, "too many requests");
    case "out-of-memory":
      return new OllamaHttpError(
        500,
        "model requires more system memory (5.6 GiB) than is available (3.1 GiB)",
      );
    case "runner-terminated":
      return runnerTerminated();
    case "signed-out":
      return signedOut();
    case "ghost":
      return path.startsWith("/api/embed") ? modelNotFoundToEmbed(model) : modelNotFound(model);
    case "status":
      return new OllamaHttpError(fault.status, "scripted");
    case "error-after-tokens":
      // An answer that is not streamed has nothing before its error.
      return isStreamed(path, body) ? undefined : runnerTerminated();
    default:
      return;
  }
}

export const runnerTerminated = () =>
  new OllamaHttpError(500, "llama runner process has terminated: exit status 2");

function isStreamed(path: string, body: unknown): boolean {
  if (path.startsWith("/api/embed")) return false;
  return !(typeof body === "object" && body !== null && "stream" in body && body.stream === false);
}
