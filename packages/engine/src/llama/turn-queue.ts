import { serverBusy } from "../protocol/index.ts";

const longestQueue = 512;

/** One turn at a time, first come, first served; who aborts while waiting leaves the queue. */
export class TurnQueue {
  #busy = false;
  readonly #waiting = new Set<() => void>();

  /** Resolves when it is the caller's turn, with the function that ends it. */
  async take(signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.#busy) await this.#wait(signal);
    this.#busy = true;
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      const [next] = this.#waiting;
      if (next) next();
      else this.#busy = false;
    };
  }

  async #wait(signal?: AbortSignal): Promise<void> {
    if (this.#waiting.size >= longestQueue) throw serverBusy();
    await new Promise<void>((resolve, reject) => {
      const leave = () => {
        this.#waiting.delete(go);
        reject(signal?.reason);
      };
      const go = () => {
        this.#waiting.delete(go);
        signal?.removeEventListener("abort", leave);
        resolve();
      };
      this.#waiting.add(go);
      signal?.addEventListener("abort", leave, { once: true });
    });
  }
}
