import { deferred } from "./deferred.ts";

/** A fixed number of places, given in the order of asking, with no limit to those who wait. */
export class Slots {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(count: number) {
    this.#free = count;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Rejects, and leaves the queue, when the signal aborts. */
  async take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    const { promise, resolve, reject } = deferred();
    const leave = () => {
      this.#waiting.delete(enter);
      reject(signal.reason);
    };
    // In one step with giving the place, so that a place given to one who just left is never lost.
    const enter = () => {
      signal.removeEventListener("abort", leave);
      resolve();
    };
    this.#waiting.add(enter);
    signal.addEventListener("abort", leave, { once: true });
    await promise;
  }

  give(): void {
    const [next] = this.#waiting;
    if (!next) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
