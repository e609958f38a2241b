/** A breaker as the router reads it. */
export interface BreakerView {
  /** Says where it stands at a moment in ms. */
  state(nowMs: number): "closed" | "open" | "half-open";
  /**
   * Says whether a call may go now: closed yes, open no, half-open for one probe, and just after recovery for a share of
   * calls that grows from a quarter to all; `random` is in [0, 1).
   */
  admits(nowMs: number, random: number): boolean;
}

const FIRST_OPEN_MS = 10_000;
const MAX_OPEN_MS = 300_000;
/** Either way. */
const JITTER = 0.2;
const WINDOW_MS = 60_000;
const WINDOW_CALLS = 5;
/** More calls than this in the window tell nothing new. */
const WINDOW_LIMIT = 100;
const RECOVERY_MS = 30_000;
const RECOVERY_SHARE = 0.25;
/** A probe that has not come back by then does not keep the next one waiting. */
const PROBE_LEASE_MS = 30_000;

interface Facts {
  readonly changedMs: number;
  /** Undefined: closed. */
  readonly openUntilMs: number | undefined;
  readonly openings: number;
  /** In a row. */
  readonly failures: number;
  readonly probeStartedMs: number | undefined;
  readonly recent: readonly { readonly atMs: number; readonly failed: boolean }[];
}

const closed: Facts = {
  changedMs: Number.NEGATIVE_INFINITY,
  openUntilMs: undefined,
  openings: 0,
  failures: 0,
  probeStartedMs: undefined,
  recent: [],
};

/**
 * A circuit breaker as a value: what happens returns the next one. It opens after `failuresInARow`, or when half of at
 * least five calls within 60 s failed; it stays open for 10 s, doubling to 5 min while it does not recover. All times are
 * in ms on one monotonic clock; an outcome that began before the last change changes nothing.
 *
 * @example
 * import { Breaker } from "@ollama-bridge/discovery";
 *
 * const startedMs = performance.now();
 * let breaker = new Breaker(3);
 * breaker = breaker.failed(startedMs, performance.now(), Math.random());
 * breaker.admits(performance.now(), Math.random());
 */
export class Breaker implements BreakerView {
  readonly #failuresInARow: number;
  readonly #facts: Facts;

  /** Makes a closed one. `facts` is what `Breaker` itself passes on. */
  constructor(failuresInARow: number, facts: Facts = closed) {
    this.#failuresInARow = failuresInARow;
    this.#facts = facts;
  }

  /** When it opened or closed last; undefined when it never did. */
  get changedMs(): number | undefined {
    const { changedMs } = this.#facts;
    return Number.isFinite(changedMs) ? changedMs : undefined;
  }

  state(nowMs: number): "closed" | "open" | "half-open" {
    const { openUntilMs } = this.#facts;
    if (openUntilMs === undefined) return "closed";
    return nowMs < openUntilMs ? "open" : "half-open";
  }

  admits(nowMs: number, random: number): boolean {
    const { openUntilMs, openings, probeStartedMs } = this.#facts;
    if (openUntilMs === undefined) return openings === 0 || random < this.#share(nowMs);
    if (nowMs < openUntilMs) return false;
    return probeStartedMs === undefined || nowMs - probeStartedMs >= PROBE_LEASE_MS;
  }

  /** Notes that a call begins; in the half-open state it is the probe. */
  started(nowMs: number): Breaker {
    return this.state(nowMs) === "half-open" ? this.#with({ probeStartedMs: nowMs }) : this;
  }

  /** Notes that a call that began at `startedMs` ended without telling anything: the next one may probe. */
  abandoned(startedMs: number): Breaker {
    return this.#facts.probeStartedMs === startedMs ? this.#with({ probeStartedMs: undefined }) : this;
  }

  /** Notes that a call that began at `startedMs` was answered. */
  succeeded(startedMs: number, nowMs: number): Breaker {
    const { changedMs, openUntilMs } = this.#facts;
    if (startedMs < changedMs) return this;
    const next =
      openUntilMs === undefined
        ? this.#with({ failures: 0, recent: this.#remembering(nowMs, false) })
        : this.#changed(nowMs, { openUntilMs: undefined });
    return next.#hasRecovered(nowMs) ? next.#with({ openings: 0 }) : next;
  }

  /**
   * Notes that a call that began at `startedMs` failed. `fatal`: nothing listens there, one such failure is enough.
   * `random` in [0, 1) is the jitter.
   */
  failed(startedMs: number, nowMs: number, random: number, fatal = false): Breaker {
    if (startedMs < this.#facts.changedMs || this.state(nowMs) === "open") return this;
    const failures = this.#facts.failures + 1;
    const recent = this.#remembering(nowMs, true);
    const failed = recent.filter((call) => call.failed).length;
    const half = recent.length >= WINDOW_CALLS && failed * 2 >= recent.length;
    const opens = fatal || half || failures >= this.#failuresInARow || this.state(nowMs) === "half-open";
    return opens ? this.#open(nowMs, random) : this.#with({ failures, recent });
  }

  #open(nowMs: number, random: number): Breaker {
    // What fails again while it recovers goes on where it was; what held for the whole recovery starts afresh.
    const isAfresh = this.#facts.openUntilMs === undefined && this.#hasRecovered(nowMs);
    const openings = isAfresh ? 0 : this.#facts.openings;
    const lengthMs = Math.min(MAX_OPEN_MS, FIRST_OPEN_MS * 2 ** openings);
    const openUntilMs = nowMs + lengthMs * (1 + JITTER * (2 * random - 1));
    return this.#changed(nowMs, { openUntilMs, openings: openings + 1 });
  }

  #changed(nowMs: number, facts: Partial<Facts>): Breaker {
    return this.#with({ changedMs: nowMs, failures: 0, probeStartedMs: undefined, recent: [], ...facts });
  }

  #with(facts: Partial<Facts>): Breaker {
    return new Breaker(this.#failuresInARow, { ...this.#facts, ...facts });
  }

  #hasRecovered(nowMs: number): boolean {
    return this.#facts.openings > 0 && this.#share(nowMs) >= 1;
  }

  #share(nowMs: number): number {
    return RECOVERY_SHARE + (1 - RECOVERY_SHARE) * ((nowMs - this.#facts.changedMs) / RECOVERY_MS);
  }

  #remembering(nowMs: number, failed: boolean): Facts["recent"] {
    const { recent } = this.#facts;
    // The oldest are first.
    const expired = recent.findIndex(({ atMs }) => nowMs - atMs < WINDOW_MS);
    const kept = recent.slice(
      expired === -1 ? recent.length : Math.max(expired, recent.length + 1 - WINDOW_LIMIT),
    );
    kept.push({ atMs: nowMs, failed });
    return kept;
  }
}
