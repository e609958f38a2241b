/** Memory that calls share: each may take a little of its own, and beyond that what is left for all of them. */
export class BytePool {
  readonly #ownBytes: number;
  #sharedBytes: number;

  /** `sharedBytes`: for all budgets together, beyond `ownBytes` of each, so that large ones never cut a usual one. */
  constructor(sharedBytes: number, ownBytes: number) {
    this.#sharedBytes = sharedBytes;
    this.#ownBytes = ownBytes;
  }

  /** A budget of one call; release it when what was taken is no longer needed. */
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

/** What one call takes of a pool. */
export interface ByteBudget {
  /** Takes `bytes`, or as many as are left, and returns how many. */
  take(bytes: number): number;
  /** Gives everything back, and no more out. */
  release(): void;
}
