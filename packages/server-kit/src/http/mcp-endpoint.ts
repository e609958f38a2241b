import { createMcpHandler, isLegacyRequest } from "@modelcontextprotocol/server";
import type { ServerFactory } from "../create-server.ts";
import { readBody } from "./read-body.ts";
import { Sessions } from "./sessions.ts";

/** The protocol's HTTP endpoint, apart from any socket. */
export interface McpEndpoint {
  /** `parsedBody` is the message of a request whose body has been read already. */
  fetch(request: Request, options?: { parsedBody?: unknown }): Promise<Response>;
  close(): Promise<void>;
}

/**
 * Serves both protocol eras: the newer one a server for each request, the older one in sessions, because only there
 * can its calls be cancelled and its clients be told of changes.
 */
export function createMcpEndpoint(
  factory: ServerFactory,
  { maxBodyBytes, onError }: { maxBodyBytes: number; onError(error: Error): void },
): McpEndpoint {
  const modern = createMcpHandler(({ era }) => factory.create({ era, long: false }), {
    legacy: "reject",
    bus: factory.hub,
    maxRequestBodySize: maxBodyBytes,
    onerror: onError,
  });
  const sessions = new Sessions(() => factory.create({ era: "legacy", long: true }), maxBodyBytes);
  return {
    async fetch(request, options = {}) {
      if (request.method !== "POST") return sessions.fetch(request);
      const body =
        options.parsedBody === undefined
          ? await readBody(request, maxBodyBytes)
          : { parsedBody: options.parsedBody };
      if (body instanceof Response) return body;
      const { parsedBody } = body;
      const legacy = await isLegacyRequest(request, parsedBody, { maxRequestBodySize: maxBodyBytes });
      return legacy ? sessions.fetch(request, parsedBody) : modern.fetch(request, { ...options, parsedBody });
    },
    async close() {
      await Promise.allSettled([modern.close(), sessions.close()]);
    },
  };
}
