import type { InstanceState } from "@ollama-bridge/discovery";

interface Lane {
  running: number;
  /** Those who wait, by model, in the order they came; the model served last comes last. */
  waiting: Map<string, Set<() => void>>;
}

/**
 * Lets so many calls at once go to an instance. Those who wait for one model go in the order they came, the models take
 * turns, and who is cancelled leaves the queue.
 */
export class Turns {
  readonly #atOnce: number;
  readonly #lanes = new WeakMap<InstanceState, Lane>();

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /** Resolves when it is our turn, with the function that ends it. Rejects with the signal's reason. */
  async take(instance: InstanceState, model: string, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    const lane = this.#lane(instance);
    if (lane.running < this.#atOnce) lane.running++;
    else await this.#wait(lane, model, signal);
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      lane.running--;
      this.#next(lane);
    };
  }

  #lane(instance: InstanceState): Lane {
    let lane = this.#lanes.get(instance);
    if (lane === undefined) {
      lane = { running: 0, waiting: new Map() };
      this.#lanes.set(instance, lane);
    }
    return lane;
  }

  #wait(lane: Lane, model: string, signal: AbortSignal): Promise<void> {
    const queue = lane.waiting.get(model) ?? new Set();
    lane.waiting.set(model, queue);
    return new Promise((resolve, reject) => {
      const leave = () => {
        queue.delete(go);
        if (queue.size === 0 && lane.waiting.get(model) === queue) lane.waiting.delete(model);
      };
      const cancelled = () => {
        leave();
        reject(signal.reason);
      };
      const go = () => {
        leave();
        signal.removeEventListener("abort", cancelled);
        resolve();
      };
      queue.add(go);
      signal.addEventListener("abort", cancelled, { once: true });
    });
  }

  #next(lane: Lane): void {
    for (const [model, queue] of lane.waiting) {
      const [go] = queue;
      if (go === undefined) continue;
      lane.waiting.delete(model);
      if (queue.size > 1) lane.waiting.set(model, queue);
      lane.running++;
      go();
      return;
    }
  }
}
