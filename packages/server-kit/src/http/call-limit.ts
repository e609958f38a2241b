import type { IncomingMessage } from "node:http";

/** Counts what is under way for each session or, without one, each remote address. */
export class CallLimit {
  readonly #open = new Map<string, number>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** The function that ends the call, or undefined when there are too many already. */
  enter(request: IncomingMessage): (() => void) | undefined {
    const session = request.headers["mcp-session-id"];
    const caller = typeof session === "string" ? session : (request.socket.remoteAddress ?? "unknown");
    const open = this.#open.get(caller) ?? 0;
    if (open >= this.#most) return undefined;
    this.#open.set(caller, open + 1);
    let under = true;
    return () => {
      if (!under) return;
      under = false;
      const left = (this.#open.get(caller) ?? 1) - 1;
      if (left === 0) this.#open.delete(caller);
      else this.#open.set(caller, left);
    };
  }
}
