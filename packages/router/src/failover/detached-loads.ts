/** Ollama itself gives a load five minutes. */
const LONGEST_LOAD_MS = 300_000;

/** Requests that nobody waits for any more, kept open because closing them would abort a model's load. */
export class DetachedLoads {
  readonly #timers = new Map<AbortController, NodeJS.Timeout>();

  /** Keeps it until it ends, five minutes at most. */
  keep(controller: AbortController): void {
    this.#timers.set(controller, setTimeout(() => controller.abort(), LONGEST_LOAD_MS).unref());
  }

  ended(controller: AbortController): void {
    clearTimeout(this.#timers.get(controller));
    this.#timers.delete(controller);
  }

  close(): void {
    for (const controller of this.#timers.keys()) controller.abort();
  }
}
