/** What one HTTP request takes of its caller's limit. */
export interface Place {
  /** Counts so many calls instead of one; false, and nothing counted, when that is more than there may be. */
  resize(calls: number): boolean;
  leave(): void;
}

/** Counts what is under way for each caller. */
export class CallLimit {
  readonly #open = new Map<string, number>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  /** A place for one call, or undefined when there are too many already. */
  enter(caller: string): Place | undefined {
    let held = 0;
    const resize = (calls: number) => {
      const open = (this.#open.get(caller) ?? 0) - held + calls;
      if (open > this.#max && calls > held) return false;
      held = calls;
      if (open === 0) this.#open.delete(caller);
      else this.#open.set(caller, open);
      return true;
    };
    return resize(1) ? { resize, leave: () => void resize(0) } : undefined;
  }
}
