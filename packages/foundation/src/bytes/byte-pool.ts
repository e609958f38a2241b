/** Limits the bytes that calls hold at once: each call has a small allowance of its own and shares the rest with all others. */
export class BytePool {
  readonly #ownBytes: number;
  #sharedBytes: number;

  /** `ownBytes` is each budget's own allowance, so that large calls never cut a small one; `sharedBytes` is for all together. */
  constructor(sharedBytes: number, ownBytes: number) {
    this.#sharedBytes = sharedBytes;
    this.#ownBytes = ownBytes;
  }

  /** Creates the budget of one call. Release it when the bytes are no longer held. */
  budget(): ByteBudget {
    let takenBytes = 0;
    let isReleased = false;
    return {
      take: (bytes) => {
        if (isReleased) return 0;
        const ownLeft = Math.max(0, this.#ownBytes - takenBytes);
        const taken = Math.min(bytes, ownLeft + this.#sharedBytes);
        takenBytes += taken;
        this.#sharedBytes -= Math.max(0, taken - ownLeft);
        return taken;
      },
      release: () => {
        if (!isReleased) this.#sharedBytes += Math.max(0, takenBytes - this.#ownBytes);
        isReleased = true;
      },
    };
  }
}

/** One call's part of a `BytePool`. */
export interface ByteBudget {
  /** Takes up to `bytes` and returns how many were granted. */
  take(bytes: number): number;
  /** Returns all bytes to the pool; later calls to `take` get 0. */
  release(): void;
}
