import { Slots } from "../slots.ts";
import type { Model } from "./model-script.ts";

/** A model as a request needs it loaded. */
export type Want = { model: Model; contextLength: number; keepAliveMs: number };

const longestTimerMs = 2 ** 31 - 1;
const forEver = new Date("2318-01-01T00:00:00Z");

/** A model in memory: who uses it, and until when it stays. */
export class LoadedModel {
  readonly model: Model;
  readonly contextLength: number;
  readonly slots: Slots;
  expiresAt = forEver;
  #keepAliveMs = 0;
  #users = 0;
  #expiry: NodeJS.Timeout | undefined;
  readonly #onExpired: () => void;

  /** `onExpired` is called when nobody uses it any more and its time is over. */
  constructor({ model, contextLength }: Want, parallel: number, onExpired: () => void) {
    this.model = model;
    this.contextLength = contextLength;
    this.slots = new Slots(parallel);
    this.#onExpired = onExpired;
  }

  get idle(): boolean {
    return this.#users === 0;
  }

  fits({ model, contextLength }: Want): boolean {
    return this.contextLength === contextLength && this.model.digest === model.digest;
  }

  enter(keepAliveMs: number): void {
    clearTimeout(this.#expiry);
    this.#users += 1;
    this.keep(keepAliveMs);
  }

  leave(): void {
    this.#users -= 1;
    if (this.idle) this.keep(this.#keepAliveMs);
  }

  /** From now on, or from when the last request ends, it stays so long. */
  keep(keepAliveMs: number): void {
    this.#keepAliveMs = keepAliveMs;
    this.expiresAt = keepAliveMs <= longestTimerMs ? new Date(Date.now() + keepAliveMs) : forEver;
    if (!this.idle) return;
    this.close();
    if (keepAliveMs <= 0) this.#onExpired();
    else if (keepAliveMs <= longestTimerMs) this.#expiry = setTimeout(this.#onExpired, keepAliveMs).unref();
  }

  /** Ends the timer. */
  close(): void {
    clearTimeout(this.#expiry);
  }
}
