import {
  type McpServer,
  ProtocolError,
  ProtocolErrorCode,
  type Transport,
} from "@modelcontextprotocol/server";
import type { ChangeHub } from "./change-hub.ts";

/** Resources that one client may subscribe to at once. */
export const MAX_SUBSCRIPTIONS = 100;
/** Streams of changes on one stdio connection; the SDK opens no more. */
const MAX_STREAMS = 1024;

/** Lets the client of a long connection subscribe to resources; all of it ends with the connection. */
export function serveSubscriptions(server: McpServer, hub: ChangeHub, era: "legacy" | "modern"): void {
  const interests = new Map<string, () => void>();
  const uris = new Set<string>();
  // The newer era subscribes by a stream of its own, which the SDK serves and filters.
  const disconnect = hub.connect(server, era === "legacy" ? uris : undefined);
  if (era === "legacy") {
    server.server.setRequestHandler("resources/subscribe", ({ params: { uri } }) => {
      if (uris.has(uri)) return {};
      if (uris.size >= MAX_SUBSCRIPTIONS) throw tooManySubscriptions();
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
  whenClosed(server, () => {
    disconnect();
    for (const release of interests.values()) release();
  });
}

/** Calls `react` when the server's connection ends. */
export function whenClosed({ server }: McpServer, react: () => void): void {
  const closed = server.onclose;
  server.onclose = () => {
    react();
    closed?.();
  };
}

export function tooManySubscriptions(): ProtocolError {
  const message = `At most ${MAX_SUBSCRIPTIONS} resources can be subscribed to at once: unsubscribe from some first`;
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message);
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
      if ("method" in message && message.method === "subscriptions/listen" && "id" in message) {
        // A stream of the same id takes the place of the one before.
        streams.get(message.id)?.();
        streams.delete(message.id);
        if (streams.size < MAX_STREAMS) streams.set(message.id, hub.interest());
      }
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
