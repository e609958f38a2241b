/** Somebody who waits: `go` when it is their turn, or `leave` with the reason why it will not be. */
interface Waiting {
  go(): void;
  leave(reason: Error): void;
}

interface Lane {
  running: number;
  /** Those who wait, by group, in the order they came; the group served last comes last. */
  waiting: Map<string, Set<Waiting>>;
}

/** Where somebody waits. */
export interface QueuePlace {
  /** Lanes do not wait for each other. @default one lane for all */
  lane?: string;
  /** Within a lane, groups take turns. @default one group for all */
  group?: string;
}

/**
 * Lets so many run at once in each lane. Those of one group go in the order they came, the groups of a lane take turns,
 * and who is cancelled leaves the queue.
 *
 * @example
 * import { FairQueue } from "@ollama-bridge/foundation";
 *
 * const queue = new FairQueue(5);
 * const place = { lane: "http://gpu-box:11434", group: "llama3.2" };
 * await queue.run(AbortSignal.timeout(60_000), async () => console.log("at most five here at once"), place);
 */
export class FairQueue {
  readonly #maxRunning: number;
  /** Those with nobody in them are left out. */
  readonly #lanes = new Map<string, Lane>();

  /** `maxRunning`: how many run at once in each lane. */
  constructor(maxRunning: number) {
    this.#maxRunning = maxRunning;
  }

  /** Resolves when it is the caller's turn, with the function that ends it. Rejects with the signal's reason. */
  async take(signal: AbortSignal, { lane: name = "", group = "" }: QueuePlace = {}): Promise<() => void> {
    signal.throwIfAborted();
    const lane = this.#lane(name);
    if (lane.running < this.#maxRunning) lane.running++;
    else await this.#wait(lane, group, signal);
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      lane.running--;
      this.#next(lane);
      if (lane.running === 0) this.#lanes.delete(name);
    };
  }

  /** Runs `work` when it is its turn. @throws the signal's reason when it aborts before that. */
  async run<Result>(signal: AbortSignal, work: () => Promise<Result>, place?: QueuePlace): Promise<Result> {
    const end = await this.take(signal, place);
    try {
      return await work();
    } finally {
      end();
    }
  }

  /** How many wait in a lane. */
  waitingIn(lane = ""): number {
    return [...(this.#lanes.get(lane)?.waiting.values() ?? [])].reduce((sum, { size }) => sum + size, 0);
  }

  /** Rejects those who wait in a lane, in one of its groups or in all: there is no point in waiting any more. */
  rejectWaiting(reason: Error, { lane = "", group }: QueuePlace = {}): void {
    for (const [name, waiting] of this.#lanes.get(lane)?.waiting ?? [])
      if (group === undefined || name === group) for (const each of [...waiting]) each.leave(reason);
  }

  #lane(name: string): Lane {
    let lane = this.#lanes.get(name);
    if (lane === undefined) {
      lane = { running: 0, waiting: new Map() };
      this.#lanes.set(name, lane);
    }
    return lane;
  }

  #wait(lane: Lane, group: string, signal: AbortSignal): Promise<void> {
    const queue = lane.waiting.get(group) ?? new Set();
    lane.waiting.set(group, queue);
    return new Promise((resolve, reject) => {
      const end = () => {
        queue.delete(waiting);
        if (queue.size === 0 && lane.waiting.get(group) === queue) lane.waiting.delete(group);
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

  /** The place is handed over, so that nobody who comes just now takes it first. */
  #next(lane: Lane): void {
    for (const [group, queue] of lane.waiting) {
      const [first] = queue;
      if (first === undefined) continue;
      lane.waiting.delete(group);
      if (queue.size > 1) lane.waiting.set(group, queue);
      lane.running++;
      first.go();
      return;
    }
  }
}
