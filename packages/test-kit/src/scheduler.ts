import { EventEmitter, once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { serverBusy } from "@ollama-bridge/engine/protocol";
import type { Counters } from "./counters.ts";
import { deferred } from "./deferred.ts";
import type { Gates } from "./gates.ts";
import { LoadedModel, type Want } from "./models/loaded-model.ts";

export type SchedulerLimits = {
  /** Requests that a loaded model runs at once (NUM_PARALLEL). */
  parallel: number;
  /** Requests that may wait for a load (MAX_QUEUE). */
  maxQueue: number;
  /** Models loaded at once (MAX_LOADED_MODELS). */
  maxLoaded: number;
};

/** A place in a loaded model. */
export type Lease = { loadMs: number; release(): void };

/** A place where nothing has to be loaded. */
export const noLease: Lease = { loadMs: 0, release: () => undefined };

/**
 * Loads models and hands out their slots as Ollama does: one model loads at a time and whatever needs a load waits
 * in order behind it; whatever needs a model that is loaded, with the context it is loaded with, passes.
 */
export class Scheduler {
  readonly #limits: SchedulerLimits;
  readonly #gates: Gates;
  readonly #counters: Counters;
  readonly #loaded = new Map<string, LoadedModel>();
  readonly #events = new EventEmitter().setMaxListeners(0);
  #lastTurn: Promise<void> | undefined;
  #turnsWaiting = 0;

  constructor(limits: SchedulerLimits, gates: Gates, counters: Counters) {
    this.#limits = limits;
    this.#gates = gates;
    this.#counters = counters;
  }

  /** Waits for the model to be loaded and for a slot in it. Throws a 503 when too many wait for a load. */
  async acquire(want: Want, signal: AbortSignal): Promise<Lease> {
    const startedAt = performance.now();
    const loaded = this.#enter(want) ?? (await this.#loadInTurn(want, signal));
    const loadMs = performance.now() - startedAt;
    const leave = () => {
      loaded.leave();
      this.#events.emit("left");
      this.#counters.changed();
    };
    try {
      const place = loaded.slots.take(signal);
      this.#counters.changed();
      await place;
    } catch (error) {
      leave();
      throw error;
    }
    const release = () => {
      loaded.slots.give();
      leave();
    };
    return { loadMs, release };
  }

  loaded(): LoadedModel[] {
    return [...this.#loaded.values()];
  }

  /** Requests that wait for a slot of the loaded model. */
  waiting(name: string): number {
    return this.#loaded.get(name)?.slots.waiting ?? 0;
  }

  /** Unloads the model now, or when its last request ends. */
  unload(name: string): void {
    this.#loaded.get(name)?.keep(0);
  }

  /** Ends all timers. */
  close(): void {
    for (const loaded of this.#loaded.values()) loaded.close();
  }

  #enter(want: Want): LoadedModel | undefined {
    const loaded = this.#loaded.get(want.model.name);
    if (!loaded?.fits(want)) return;
    loaded.enter(want.keepAliveMs);
    return loaded;
  }

  async #loadInTurn(want: Want, signal: AbortSignal): Promise<LoadedModel> {
    if (this.#lastTurn && this.#turnsWaiting >= this.#limits.maxQueue) throw serverBusy();
    const before = this.#lastTurn;
    const turn = deferred();
    this.#lastTurn = turn.promise;
    if (before) await this.#wait(before);
    try {
      signal.throwIfAborted();
      return this.#enter(want) ?? (await this.#load(want, signal));
    } finally {
      if (this.#lastTurn === turn.promise) this.#lastTurn = undefined;
      turn.resolve();
    }
  }

  async #wait(before: Promise<void>): Promise<void> {
    this.#turnsWaiting += 1;
    this.#counters.changed();
    await before;
    this.#turnsWaiting -= 1;
  }

  async #load(want: Want, signal: AbortSignal): Promise<LoadedModel> {
    const { name, loadMs } = want.model;
    await this.#makeRoom(name, signal);
    const load = this.#counters.loadStarted(name, want.contextLength);
    try {
      await this.#gates.reach("load", { model: name }, signal);
      if (loadMs > 0) await sleep(loadMs, undefined, { signal });
    } catch (error) {
      this.#counters.loadEnded(load, "aborted");
      throw error;
    }
    const loaded = new LoadedModel(want, this.#limits.parallel, () => this.#drop(loaded));
    loaded.enter(want.keepAliveMs);
    this.#loaded.set(name, loaded);
    this.#counters.loadEnded(load, "loaded");
    return loaded;
  }

  /** Evicts idle models, that which expires first before others; waits while all are in use. */
  async #makeRoom(name: string, signal: AbortSignal): Promise<void> {
    for (;;) {
      const same = this.#loaded.get(name);
      if (!same && this.#loaded.size < this.#limits.maxLoaded) return;
      const [idle] = (same ? [same] : this.loaded())
        .filter((loaded) => loaded.idle)
        .sort((one, other) => one.expiresAt.getTime() - other.expiresAt.getTime());
      if (idle) this.#drop(idle);
      else await once(this.#events, "left", { signal });
    }
  }

  #drop(loaded: LoadedModel): void {
    loaded.close();
    if (this.#loaded.get(loaded.model.name) === loaded) this.#loaded.delete(loaded.model.name);
    this.#counters.changed();
  }
}
