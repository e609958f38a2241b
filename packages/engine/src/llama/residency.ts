const longestTimerMs = 2 ** 31 - 1;
/** What Ollama tells as the end of what never ends lies centuries ahead. */
const foreverMs = 292 * 365 * 24 * 3_600_000;

/** Which names are loaded, until when; calls `onExpired` when a name's time is up. */
export class Residency {
  /** name → when its time is up */
  readonly expiresAt = new Map<string, Date>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #onExpired: (name: string) => void;

  constructor(onExpired: (name: string) => void) {
    this.#onExpired = onExpired;
  }

  /** The name is in use: its time stands still until `keep`. */
  use(name: string): void {
    this.forget(name);
    this.expiresAt.set(name, new Date());
  }

  /** From now on the name is kept for this long. */
  keep(name: string, keepAliveMs: number): void {
    clearTimeout(this.#timers.get(name));
    this.expiresAt.set(name, new Date(Date.now() + Math.min(keepAliveMs, foreverMs)));
    if (keepAliveMs > longestTimerMs) return;
    this.#timers.set(name, setTimeout(() => this.#onExpired(name), keepAliveMs).unref());
  }

  forget(name: string): void {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
    this.expiresAt.delete(name);
  }
}
