import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { newerRefusal } from "./answers/newer-refusal.ts";
import type { ControlPlane } from "./control-plane.ts";
import type { Counters, RequestRecord } from "./counters.ts";
import { answerFault, sendError } from "./faults/fault-answers.ts";
import type { Fault } from "./faults/fault-script.ts";
import type { Faults } from "./faults/faults.ts";
import { disturbSocket } from "./faults/socket-faults.ts";
import { disturbStream } from "./faults/stream-faults.ts";
import type { Kit } from "./kit.ts";
import { parsed, readText, replay } from "./request-body.ts";

/**
 * What stands before the protocol: it counts, holds back and disturbs. The protocol sees a request as its client
 * sent it, and does not know what becomes of its answer.
 */
export function frontOf(
  kit: Kit,
  faults: Faults,
  protocol: RequestListener,
  control: ControlPlane,
): RequestListener {
  const { counters, gates, options } = kit;
  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", headers } = request;
    const [path = "/"] = (request.url ?? "/").split("?");
    const text = await readText(request);
    if (path.startsWith("/__control")) return control(method, path, text, response);
    const record = counters.received({ method, path, headers, body: parsed(text) });
    await gates.reach("answer", record, follow(counters, record, request, response));
    if (options.key !== undefined && headers.authorization !== `Bearer ${options.key}`) {
      response.writeHead(401, { "content-type": "application/json" }).end(`{"error":"unauthorized"}`);
      return;
    }
    const fault = faults.meet(record);
    record.fault = fault?.kind;
    if (fault && happens(fault, record, request, response)) return;
    const refusal = newerRefusal(kit, record);
    if (refusal) sendError(response, refusal);
    else protocol(replay(request, text), response);
  }

  return (request, response) => {
    // A client that goes away before its request is taken up has nothing to be answered.
    receive(request, response).catch(() => response.destroy());
  };
}

/** Keeps the record of how the request ends. The signal aborts when its connection closes before that. */
function follow(
  counters: Counters,
  record: RequestRecord,
  { socket }: IncomingMessage,
  response: ServerResponse,
): AbortSignal {
  const gone = new AbortController();
  const broken = () => /^(reset|cut|error)/.test(record.fault ?? "");
  const closed = () => {
    counters.ended(record, broken() ? "broken" : "aborted");
    gone.abort();
  };
  socket.once("close", closed);
  response.once("finish", () => {
    socket.removeListener("close", closed);
    counters.ended(record, broken() ? "broken" : "answered");
  });
  return gone.signal;
}

/** Connections that have answered a request. */
const used = new WeakSet<Socket>();

/** Makes the fault happen. Returns whether the request ends with it, so that the protocol never sees it. */
function happens(
  fault: Fault,
  record: RequestRecord,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  if (fault.kind === "silent") return true;
  if (fault.kind === "reset") {
    request.socket.resetAndDestroy();
    return true;
  }
  if (fault.kind === "closed-while-idle") {
    const wasUsed = used.has(request.socket);
    used.add(request.socket);
    if (wasUsed) request.socket.destroy();
    return wasUsed;
  }
  if (answerFault(fault, record, response)) return true;
  const restore = disturbSocket(fault, request.socket);
  if (restore) response.once("close", restore);
  disturbStream(fault, response);
  return false;
}
