import {
  type McpServer,
  ProtocolError,
  ProtocolErrorCode,
  type Transport,
} from "@modelcontextprotocol/server";
import type { ChangeHub } from "./change-hub.ts";

/** Resources that one client may subscribe to. */
const MAX_SUBSCRIPTIONS = 1_000;

/** Lets the client of a long connection subscribe to resources; all of it ends with the connection. */
export function serveSubscriptions(server: McpServer, hub: ChangeHub, era: "legacy" | "modern"): void {
  const interests = new Map<string, () => void>();
  const uris = new Set<string>();
  // The newer era subscribes by a stream of its own, which the SDK serves and filters.
  const disconnect = hub.connect(server, era === "legacy" ? uris : undefined);
  if (era === "legacy") {
    server.server.setRequestHandler("resources/subscribe", ({ params: { uri } }) => {
      if (uris.has(uri)) return {};
      if (uris.size >= MAX_SUBSCRIPTIONS) {
        const message = `VALIDATION_ERROR: There are ${MAX_SUBSCRIPTIONS} subscriptions. Unsubscribe from some first.`;
        throw new ProtocolError(ProtocolErrorCode.InvalidParams, message);
      }
      interests.set(uri, hub.interest());
      uris.add(uri);
      return {};
    });
    server.server.setRequestHandler("resources/unsubscribe", ({ params: { uri } }) => {
      interests.get(uri)?.();
      interests.delete(uri);
      uris.delete(uri);
      return {};
    });
  }
  const closed = server.server.onclose;
  server.server.onclose = () => {
    disconnect();
    for (const release of interests.values()) release();
    closed?.();
  };
}

/**
 * Notices the subscriptions of the newer era on a connection whose SDK serves them itself and tells nobody: without
 * this, nothing would be watched for them.
 */
export function noticeListening(transport: Transport, hub: ChangeHub): void {
  const streams = new Map<unknown, () => void>();
  const start = transport.start.bind(transport);
  transport.start = () => {
    const { onmessage, onclose } = transport;
    transport.onmessage = (message, extra) => {
      // The SDK serves no more than that either.
      const isNew = "id" in message && !streams.has(message.id) && streams.size < MAX_SUBSCRIPTIONS;
      if (isNew && "method" in message && message.method === "subscriptions/listen")
        streams.set(message.id, hub.interest());
      if ("method" in message && message.method === "notifications/cancelled") {
        const id = message.params?.requestId;
        streams.get(id)?.();
        streams.delete(id);
      }
      onmessage?.(message, extra);
    };
    transport.onclose = () => {
      for (const release of streams.values()) release();
      streams.clear();
      onclose?.();
    };
    return start();
  };
}
