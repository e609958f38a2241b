import type { Instance } from "../registry/instance.ts";

/** How often what is looked at, in ms. */
export interface PollIntervals {
  /** Whether an instance is there. */
  reachabilityMs: number;
  /** What is loaded on an instance in use. */
  loadedMs: number;
  /** What is installed, and what is new on this machine. */
  modelsMs: number;
  /** What is loaded and what is new on this machine, while a client is subscribed. */
  watchedMs: number;
  /** Polling stops when nobody has asked for this long. */
  idleMs: number;
}

export const pollIntervals: PollIntervals = {
  reachabilityMs: 10_000,
  loadedMs: 5_000,
  modelsMs: 60_000,
  watchedMs: 2_000,
  idleMs: 300_000,
};

/** What is due for an instance. */
export interface Due {
  reachability: boolean;
  loaded: boolean;
  models: boolean;
  /** Somebody watches: what falls silent is told by this very look. */
  closely?: boolean;
}

export interface PollerOptions {
  intervals: PollIntervals;
  now(): number;
  random(): number;
  instances(): readonly Instance[];
  /** Counts our attempts under way there. */
  inFlight(instance: Instance): number;
  poll(instance: Instance, due: Due): Promise<void>;
  scan(watched: boolean): Promise<void>;
  /** Nobody asks any more. */
  stopped(): void;
}

/** When each look is due. */
interface Plan {
  reachability: number;
  loaded: number;
  models: number;
}

const TICK_MS = 250;
const JITTER = 0.2;
/** An instance that was used within this is in use. */
const IN_USE_MS = 60_000;

/** Decides what is looked at when: nothing before the first need, nothing once nobody asks any more. */
export class Poller {
  readonly #options: PollerOptions;
  /** By `id`. */
  readonly #plans = new Map<string, Plan>();
  readonly #busy = new Set<string>();
  #watchers = 0;
  #askedMs = Number.NEGATIVE_INFINITY;
  #scanAtMs = Number.NEGATIVE_INFINITY;
  #scanning = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: PollerOptions) {
    this.#options = options;
  }

  /** Somebody asks: the picture is kept current from now on. */
  touch(): void {
    this.#askedMs = this.#options.now();
    if (this.#timer !== undefined) return;
    this.#scanAtMs = this.#in(this.#options.intervals.modelsMs);
    this.#timer = setInterval(() => this.tick(), TICK_MS).unref();
  }

  /** Somebody wants to be told of changes; the returned function, idempotent, ends it. */
  watch(): () => void {
    this.#watchers++;
    this.touch();
    this.#scanAtMs = Number.NEGATIVE_INFINITY;
    let watching = true;
    return () => {
      if (watching) this.#watchers--;
      watching = false;
    };
  }

  /** The instance has just been looked at in these ways. */
  looked(instance: Instance, due: Due): void {
    const { reachabilityMs, modelsMs } = this.#options.intervals;
    const plan = this.#planOf(instance);
    plan.reachability = this.#in(reachabilityMs);
    if (due.loaded) plan.loaded = this.#in(this.#loadedEveryMs(instance));
    if (due.models) plan.models = this.#in(modelsMs);
  }

  /** Something has happened there that is worth a look soon. */
  hurry(instance: Instance): void {
    const plan = this.#planOf(instance);
    plan.reachability = Math.min(plan.reachability, this.#in(this.#options.intervals.watchedMs));
  }

  /** Starts everything that is due. */
  tick(): void {
    const { intervals, now, instances, poll, scan } = this.#options;
    const nowMs = now();
    if (this.#watchers === 0 && nowMs - this.#askedMs > intervals.idleMs) {
      this.stop();
      this.#options.stopped();
      return;
    }
    for (const instance of instances()) {
      const plan = this.#planOf(instance);
      // Somebody may have begun to watch or to use the instance since its last look.
      plan.loaded = Math.min(plan.loaded, nowMs + this.#loadedEveryMs(instance) * (1 + JITTER));
      const due = {
        reachability: nowMs >= plan.reachability,
        loaded: instance.reachable === true && nowMs >= plan.loaded,
        models: instance.reachable === true && nowMs >= plan.models,
      };
      if (this.#busy.has(instance.id) || !(due.reachability || due.loaded || due.models)) continue;
      this.#busy.add(instance.id);
      this.looked(instance, due);
      void poll(instance, { ...due, closely: this.#watchers > 0 }).finally(() =>
        this.#busy.delete(instance.id),
      );
    }
    if (nowMs < this.#scanAtMs || this.#scanning) return;
    this.#scanning = true;
    const watched = this.#watchers > 0;
    this.#scanAtMs = this.#in(watched ? intervals.watchedMs : intervals.modelsMs);
    void scan(watched).finally(() => {
      this.#scanning = false;
    });
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #loadedEveryMs(instance: Instance): number {
    const { watchedMs, loadedMs, modelsMs } = this.#options.intervals;
    if (this.#watchers > 0) return watchedMs;
    const { inFlight, now } = this.#options;
    const inUse = inFlight(instance) > 0 || now() - instance.lastUsedMs < IN_USE_MS;
    return inUse ? loadedMs : modelsMs;
  }

  #planOf(instance: Instance): Plan {
    let plan = this.#plans.get(instance.id);
    if (plan === undefined) {
      const { reachabilityMs, modelsMs } = this.#options.intervals;
      plan = {
        reachability: this.#in(reachabilityMs),
        loaded: this.#in(this.#loadedEveryMs(instance)),
        models: this.#in(modelsMs),
      };
      this.#plans.set(instance.id, plan);
    }
    return plan;
  }

  #in(intervalMs: number): number {
    return this.#options.now() + intervalMs * (1 + JITTER * (2 * this.#options.random() - 1));
  }
}
