import type { McpServer, ServerEvent, ServerEventBus } from "@modelcontextprotocol/server";
import type { Toolset } from "../tool/toolset.ts";

/**
 * Carries changes of resources from the toolsets to whoever subscribed, in both protocol eras: to the older one's
 * connections by their server, to the newer one's HTTP streams as the event bus of the SDK's handler. The toolsets
 * watch only while somebody is subscribed.
 */
export class ChangeHub implements ServerEventBus {
  readonly #toolsets: readonly Toolset[];
  readonly #listeners = new Set<(event: ServerEvent) => void>();
  /** Servers of long connections, each with the addresses its client asked for; undefined: the SDK filters. */
  readonly #servers = new Map<McpServer, Set<string> | undefined>();
  /** Updates on their way, by server: another one of the same address would tell nothing more. */
  readonly #sending = new WeakMap<McpServer, Set<string>>();
  #interested = 0;
  #stopWatching: (() => void)[] = [];

  constructor(toolsets: readonly Toolset[]) {
    this.#toolsets = toolsets;
  }

  /** Counts one subscriber; the returned function, idempotent, takes it back. */
  interest(): () => void {
    if (this.#interested++ === 0) {
      const changed = (uri: string) => this.publish({ kind: "resource_updated", uri });
      this.#stopWatching = this.#toolsets.flatMap((toolset) => toolset.watch?.(changed) ?? []);
    }
    let counted = true;
    return () => {
      if (!counted) return;
      counted = false;
      if (--this.#interested === 0) for (const stop of this.#stopWatching.splice(0)) stop();
    };
  }

  /** The SDK's handler subscribes once for every open stream of the newer era. */
  subscribe(listener: (event: ServerEvent) => void): () => void {
    this.#listeners.add(listener);
    const release = this.interest();
    return () => {
      this.#listeners.delete(listener);
      release();
    };
  }

  /** A connection whose server sends notifications itself; `uris` are what its client subscribed to. */
  connect(server: McpServer, uris: Set<string> | undefined): () => void {
    this.#servers.set(server, uris);
    return () => this.#servers.delete(server);
  }

  publish(event: ServerEvent): void {
    for (const listener of this.#listeners) listener(event);
    if (event.kind !== "resource_updated") return;
    for (const [server, uris] of this.#servers) {
      if (uris === undefined || uris.has(event.uri)) this.#send(server, event.uri);
    }
  }

  #send(server: McpServer, uri: string): void {
    const sending = this.#sending.get(server) ?? new Set();
    if (sending.has(uri)) return;
    this.#sending.set(server, sending.add(uri));
    const sent = () => sending.delete(uri);
    // A connection that closes just now loses nothing that it could still read.
    server.server.sendResourceUpdated({ uri }).then(sent, sent);
  }
}
