const HALF_LIFE_MS = 600_000;
const WEIGHT = 0.2;
const MAX_RATE = 0.9;

/** What is left of an observation of this age: half of it every 10 min. */
export function fade(ageMs: number): number {
  return 0.5 ** (Math.max(0, ageMs) / HALF_LIFE_MS);
}

/** The share of attempts that fail as a value: an exponential average, 0 to 0.9, that fades with time. */
export class FailureRate {
  /** Undefined before the first attempt. */
  readonly last: { readonly atMs: number; readonly rate: number } | undefined;

  constructor(last?: FailureRate["last"]) {
    this.last = last;
  }

  /** Undefined before the first attempt. */
  at(nowMs: number): number | undefined {
    return this.last && this.last.rate * fade(nowMs - this.last.atMs);
  }

  /** Adds the outcome of one attempt. */
  attempted(failed: boolean, nowMs: number): FailureRate {
    const before = this.at(nowMs) ?? 0;
    return new FailureRate({
      atMs: nowMs,
      rate: Math.min(MAX_RATE, before + WEIGHT * ((failed ? 1 : 0) - before)),
    });
  }

  /** Takes a rate of an earlier run unless there is one of this run. */
  restored({ atMs, rate }: { atMs: number; rate: number }): FailureRate {
    if (this.last !== undefined) return this;
    return new FailureRate({ atMs, rate: Math.max(0, Math.min(MAX_RATE, rate)) });
  }
}
