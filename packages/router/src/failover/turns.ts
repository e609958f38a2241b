import type { InstanceState } from "@ollama-bridge/discovery";

/** Somebody who waits: `go` when it is their turn, or `leave` with the reason why it will not be. */
interface Waiting {
  go(): void;
  leave(reason: Error): void;
}

interface Lane {
  running: number;
  /** Those who wait, by model, in the order they came; the model served last comes last. */
  waiting: Map<string, Set<Waiting>>;
}

/**
 * Lets so many calls at once go to an instance. Those who wait for one model go in the order they came, the models take
 * turns, and who is cancelled leaves the queue.
 */
export class Turns {
  readonly #atOnce: number;
  /** By `id` of the instance; those with nobody in them are left out. */
  readonly #lanes = new Map<string, Lane>();

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /** Resolves when it is our turn, with the function that ends it. Rejects with the signal's reason. */
  async take({ id }: InstanceState, model: string, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    const lane = this.#lane(id);
    if (lane.running < this.#atOnce) lane.running++;
    else await this.#wait(lane, model, signal);
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      lane.running--;
      this.#next(lane);
      if (lane.running === 0) this.#lanes.delete(id);
    };
  }

  /** Sends away who waits at an instance, for one model or for any: there is no point in waiting any more. */
  sendAway({ id }: InstanceState, model: string | undefined, reason: Error): void {
    for (const [name, queue] of this.#lanes.get(id)?.waiting ?? [])
      if (model === undefined || name === model) for (const each of [...queue]) each.leave(reason);
  }

  #lane(id: string): Lane {
    let lane = this.#lanes.get(id);
    if (lane === undefined) {
      lane = { running: 0, waiting: new Map() };
      this.#lanes.set(id, lane);
    }
    return lane;
  }

  #wait(lane: Lane, model: string, signal: AbortSignal): Promise<void> {
    const queue = lane.waiting.get(model) ?? new Set();
    lane.waiting.set(model, queue);
    return new Promise((resolve, reject) => {
      const end = () => {
        queue.delete(waiting);
        if (queue.size === 0 && lane.waiting.get(model) === queue) lane.waiting.delete(model);
        signal.removeEventListener("abort", cancelled);
      };
      const waiting: Waiting = {
        go() {
          end();
          resolve();
        },
        leave(reason) {
          end();
          reject(reason);
        },
      };
      const cancelled = () => waiting.leave(signal.reason);
      queue.add(waiting);
      signal.addEventListener("abort", cancelled, { once: true });
    });
  }

  #next(lane: Lane): void {
    for (const [model, queue] of lane.waiting) {
      const [first] = queue;
      if (first === undefined) continue;
      lane.waiting.delete(model);
      if (queue.size > 1) lane.waiting.set(model, queue);
      lane.running++;
      first.go();
      return;
    }
  }
}
