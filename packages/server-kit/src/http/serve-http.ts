import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type NodeIncomingMessageLike, toNodeHandler } from "@modelcontextprotocol/node";
import type { ServerFactory } from "../create-server.ts";
import type { Logger } from "../logger.ts";
import { CallLimit } from "./call-limit.ts";
import { type Guard, refuse } from "./guard.ts";
import type { HttpSettings } from "./http-config.ts";
import type { ListenAddress } from "./listen-address.ts";
import { createMcpEndpoint } from "./mcp-endpoint.ts";
import { readNotification } from "./read-notification.ts";

const HEADERS_WITHIN_MS = 10_000;
const REQUEST_WITHIN_MS = 120_000;
const CHECKED_EVERY_MS = 2_000;
/** A client that reads slower than it is sent to is cut off before it fills the memory. */
const MAX_UNSENT_BYTES = 8 * 1024 * 1024;

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
  const handle = toNodeHandler(endpoint, { maxRequestBodySize: maxBodyBytes, onerror: onError });
  const limit = new CallLimit(settings.max_calls);

  const server = createServer({ connectionsCheckingInterval: CHECKED_EVERY_MS }, (request, response) => {
    const path = request.url?.split("?")[0];
    if (path === "/healthz") return void response.end("ok\n");
    if (!guard(request, response)) return;
    if (path === "/metrics") {
      response.setHeader("content-type", "text/plain; version=0.0.4; charset=utf-8");
      return void response.end(factory.metrics());
    }
    if (path !== "/mcp") return void refuse(response, 404, "The endpoint is /mcp");
    void serveCall(request, response);
  });

  async function serveCall(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const leave = request.method === "POST" ? limit.enter(request) : () => undefined;
    if (leave === undefined) {
      // Who has as many calls as he may must still be able to cancel them.
      const notification = await readNotification(request);
      if (notification) return handle(request as NodeIncomingMessageLike, response, notification);
      response.setHeader("retry-after", "1");
      return void refuse(response, 429, `More than ${settings.max_calls} calls at once`);
    }
    response.once("close", leave);
    cutWhenSlow(response);
    void handle(request as NodeIncomingMessageLike, response);
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

function cutWhenSlow(response: ServerResponse): void {
  const write = response.write.bind(response) as ServerResponse["write"];
  response.write = ((...args: Parameters<typeof write>) => {
    // What is unsent of earlier writes: one long answer is not the reader's fault.
    if (response.writableLength > MAX_UNSENT_BYTES) response.destroy();
    return write(...args);
  }) as typeof write;
}
