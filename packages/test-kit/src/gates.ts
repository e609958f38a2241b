import { once } from "node:events";
import { deferred } from "./deferred.ts";
import { fullName } from "./models/model-store.ts";

/**
 * Where a request can be held: before the server takes it up, before its model is loaded, before a token (or a line
 * of progress), before the end.
 */
export type PausePoint = "answer" | "load" | "first-token" | `token-${number}` | "done";

/** What is held; everything, where neither is given. */
export type PauseScope = { path?: string | undefined; model?: string | undefined };

export type Pause = {
  /** Resolves when the first request is held here. */
  reached: Promise<void>;
  /** Requests held here now. */
  readonly held: number;
  /** Lets those held go on, and all later ones pass. */
  release(): void;
};

type Gate = PauseScope & { point: PausePoint; arrive(signal: AbortSignal): Promise<void> };

/** Holds requests at points, so that a test waits for events and never for time. */
export class Gates {
  readonly #gates = new Map<Gate, Pause>();

  pauseBefore(point: PausePoint, scope: PauseScope = {}): Pause {
    const reached = deferred();
    const released = new AbortController();
    let held = 0;
    const gate: Gate = {
      point: point === "first-token" ? "token-1" : point,
      path: scope.path,
      model: scope.model === undefined ? undefined : fullName(scope.model),
      async arrive(signal) {
        held += 1;
        reached.resolve();
        try {
          await aborted(AbortSignal.any([signal, released.signal]));
          signal.throwIfAborted();
        } finally {
          held -= 1;
        }
      },
    };
    const pause: Pause = {
      reached: reached.promise,
      get held() {
        return held;
      },
      release: () => {
        this.#gates.delete(gate);
        released.abort();
      },
    };
    this.#gates.set(gate, pause);
    return pause;
  }

  releaseAll(): void {
    for (const pause of this.#gates.values()) pause.release();
  }

  /** Waits while the point is paused. Rejects when the signal aborts. */
  async reach(point: PausePoint, at: PauseScope, signal: AbortSignal): Promise<void> {
    for (const gate of this.#gates.keys()) {
      if (gate.point !== point) continue;
      if (gate.path !== undefined && gate.path !== at.path) continue;
      if (gate.model !== undefined && (at.model === undefined || gate.model !== fullName(at.model))) continue;
      await gate.arrive(signal);
    }
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
}
