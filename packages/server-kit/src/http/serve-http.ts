import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type NodeIncomingMessageLike, toNodeHandler } from "@modelcontextprotocol/node";
import { BytePool } from "@ollama-bridge/foundation";
import type { Logger } from "../log/logger.ts";
import type { ServerFactory } from "../serve/create-server.ts";
import { CallLimit, type Place } from "./call-limit.ts";
import { type Guard, refuse } from "./guard.ts";
import type { HttpSettings } from "./http-config.ts";
import type { IncomingMessages } from "./incoming-messages.ts";
import type { ListenAddress } from "./listen-address.ts";
import { createMcpEndpoint, type IncomingRequest } from "./mcp-endpoint.ts";
import type { Peer } from "./peer.ts";
import { type RefusedBody, readBody } from "./read-body.ts";
import { readNotification } from "./read-notification.ts";

const HEADERS_WITHIN_MS = 10_000;
const REQUEST_WITHIN_MS = 120_000;
const CHECKED_EVERY_MS = 2_000;
/** A client that reads slower than it is sent to is cut off before it fills the memory. */
const MAX_UNSENT_BYTES = 8 * 1024 * 1024;
/** Requests up to this size are always read, whatever other clients send. */
const SMALL_BODY_BYTES = 256 * 1024;
/** Streams of changes that one caller has open, apart from its calls: they last, and most of the time they are idle. */
const MAX_STREAMS = 64;

export interface HttpServer {
  url: string;
  close(): Promise<void>;
}

/** Serves Streamable HTTP at `/mcp` in both protocol eras, `/healthz` and, for Prometheus, `/metrics`. */
export async function serveHttp(
  factory: ServerFactory,
  {
    address,
    settings,
    guard,
    log,
  }: { address: ListenAddress; settings: HttpSettings; guard: Guard; log: Logger },
): Promise<HttpServer> {
  const maxBodyBytes = settings.max_body_mib * 1024 * 1024;
  const onError = (error: Error) => log.debug({ err: error.message }, "http");
  const endpoint = createMcpEndpoint(factory, { maxBodyBytes, onError });
  const calls = new CallLimit(settings.max_calls);
  const streams = new CallLimit(MAX_STREAMS);
  // Unanswered larger bodies together hold no more than the largest one may.
  const bodies = new BytePool(maxBodyBytes, SMALL_BODY_BYTES);

  const server = createServer({ connectionsCheckingInterval: CHECKED_EVERY_MS }, (request, response) => {
    const path = request.url?.split("?")[0];
    if (path === "/healthz") return void response.end("ok\n");
    const peer = guard(request, response);
    if (peer === undefined) return;
    if (path === "/metrics") {
      response.setHeader("content-type", "text/plain; version=0.0.4; charset=utf-8");
      return void response.end(factory.metrics());
    }
    if (path !== "/mcp") return void refuse(response, 404, "The endpoint is /mcp");
    void serveCall(request, response, peer);
  });

  async function serveCall(request: IncomingMessage, response: ServerResponse, peer: Peer): Promise<void> {
    const handle = (incoming: Omit<IncomingRequest, "peer">) =>
      toNodeHandler(
        { fetch: (webRequest) => endpoint.fetch(webRequest, { ...incoming, peer }) },
        { maxRequestBodySize: maxBodyBytes, onerror: onError },
        // The endpoint already has the parsed message; the adapter would serialize it once more, however large or deep.
      )(request as NodeIncomingMessageLike, response, incoming.parsedBody === undefined ? undefined : {});

    cutWhenSlow(response);
    if (request.method !== "POST") return handle({});
    const session = request.headers["mcp-session-id"];
    const isIssued = typeof session === "string" && endpoint.hasSession(session, peer);
    const caller = isIssued ? `session ${session}` : `address ${peer.address}`;
    const place = calls.enter(caller);
    if (place === undefined) {
      // A caller at its limit must still be able to cancel its calls.
      const notification = await readNotification(request);
      if (notification !== undefined) return handle({ parsedBody: notification });
      response.setHeader("retry-after", "1");
      return refuse(response, 429, `More than ${settings.max_calls} calls at once`);
    }
    response.once("close", place.leave);
    const budget = bodies.budget();
    response.once("close", budget.release);
    const read = await readBody(request, maxBodyBytes, budget);
    if (read === undefined) return;
    if ("refused" in read) return answerRefused(response, read);
    return handle({
      parsedBody: read.parsedBody,
      admit: (messages) => admit(messages, caller, place, response),
    });
  }

  /** Counts what a request turned out to hold: each call of a batch, and a stream of changes apart from the calls. */
  function admit(
    { requestIds, subscriptions }: IncomingMessages,
    caller: string,
    place: Place,
    response: ServerResponse,
  ): boolean {
    if (response.closed) return false;
    if (subscriptions === undefined) return place.resize(Math.max(1, requestIds.length));
    place.leave();
    const stream = streams.enter(caller);
    if (stream !== undefined) response.once("close", stream.leave);
    return stream !== undefined;
  }

  server.headersTimeout = HEADERS_WITHIN_MS;
  server.requestTimeout = REQUEST_WITHIN_MS;
  await listen(server, address);
  const { port } = server.address() as AddressInfo;
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return {
    url: `http://${host}:${port}/mcp`,
    async close() {
      server.close();
      await endpoint.close();
      server.closeAllConnections();
    },
  };
}

function listen(server: Server, { host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
}

/** Answers and closes the connection, so that the rest of the body is not read. */
function answerRefused(response: ServerResponse, { status, refused }: RefusedBody): void {
  response.setHeader("connection", "close");
  if (status === 503) response.setHeader("retry-after", "1");
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(refused));
}

function cutWhenSlow(response: ServerResponse): void {
  const write = response.write.bind(response) as ServerResponse["write"];
  response.write = ((...args: Parameters<typeof write>) => {
    // What is unsent of earlier writes: one long answer is not the reader's fault.
    if (response.writableLength > MAX_UNSENT_BYTES) response.destroy();
    return write(...args);
  }) as typeof write;
}
