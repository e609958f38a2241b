import { createMcpHandler, isLegacyRequest } from "@modelcontextprotocol/server";
import type { ServerFactory } from "../serve/create-server.ts";
import { MAX_SUBSCRIPTIONS, tooManySubscriptions } from "../serve/subscriptions.ts";
import { anonymous, type Principal } from "../tool/principal.ts";
import { errorResponse, type IncomingMessages, inspectMessages } from "./incoming-messages.ts";
import type { Peer } from "./peer.ts";
import { Sessions } from "./sessions.ts";

export interface IncomingRequest {
  peer: Peer;
  /** The message of a POST, which has been read and checked. */
  parsedBody?: unknown;
  /** Whether what the request turned out to hold may run now. */
  admit?(messages: IncomingMessages): boolean;
}

/** The protocol's HTTP endpoint, apart from any socket. */
export interface McpEndpoint {
  fetch(request: Request, incoming: IncomingRequest): Promise<Response>;
  /** Whether we issued the session to this peer, and it has not ended. */
  hasSession(id: string, peer: Peer): boolean;
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
  const principals = new WeakMap<Request, Principal>();
  const principalOf = (request?: Request) => (request && principals.get(request)) ?? anonymous;
  const modern = createMcpHandler(
    ({ era, requestInfo }) => factory.create({ era, long: false, principal: principalOf(requestInfo) }),
    { legacy: "reject", bus: factory.hub, maxRequestBodySize: maxBodyBytes, onerror: onError },
  );
  const sessions = new Sessions(
    (principal) => factory.create({ era: "legacy", long: true, principal }),
    maxBodyBytes,
  );
  return {
    hasSession: (id, peer) => sessions.has(id, peer),
    async fetch(request, { peer, parsedBody, admit = () => true }) {
      if (request.method !== "POST") return sessions.fetch(request, peer);
      const messages = inspectMessages(parsedBody);
      const { body, requestIds, subscriptions = 0 } = messages;
      if (!admit(messages)) return tooManyCalls(messages);
      if (await isLegacyRequest(request, body)) return sessions.fetch(request, peer, messages);
      if (subscriptions > MAX_SUBSCRIPTIONS) {
        const { code, message } = tooManySubscriptions();
        return errorResponse(400, code, message, requestIds);
      }
      if (peer.principal !== undefined) principals.set(request, peer.principal);
      return modern.fetch(request, { parsedBody: body });
    },
    async close() {
      await Promise.allSettled([modern.close(), sessions.close()]);
    },
  };
}

function tooManyCalls({ requestIds, subscriptions }: IncomingMessages): Response {
  const what = subscriptions === undefined ? "calls" : "streams of changes";
  const response = errorResponse(429, -32_000, `Too many ${what} at once`, requestIds);
  response.headers.set("retry-after", "1");
  return response;
}
