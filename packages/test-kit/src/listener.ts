import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Counters } from "./counters.ts";
import type { Faults } from "./faults/faults.ts";

/** The listening end of a server, which can go down and come back on its port. */
export class Listener {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #host: string;
  port: number;

  constructor(
    server: Server,
    { host, port }: { host: string; port: number },
    counters: Counters,
    faults: Faults,
  ) {
    this.#server = server;
    this.#host = host;
    this.port = port;
    // A real Ollama leaves idle connections open, and waits for as long as its clients do.
    Object.assign(server, { keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 });
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      counters.connections(1);
      socket.once("close", () => {
        this.#sockets.delete(socket);
        counters.connections(-1);
      });
      if (faults.meetConnection()) socket.resetAndDestroy();
    });
  }

  /** Rejects when the port is taken. */
  async listen(): Promise<void> {
    this.#server.listen(this.port, this.#host);
    await once(this.#server, "listening");
    this.port = (this.#server.address() as AddressInfo).port;
  }

  /** Resets all connections and refuses new ones. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.resetAndDestroy();
    await closed;
  }
}
