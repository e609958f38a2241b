/** A breaker as the router reads it. */
export interface BreakerView {
  state(nowMs: number): "closed" | "open" | "half-open";
  /**
   * Whether a call may go now: closed yes, open no, half-open for one probe, and just after recovery for a share of
   * calls that grows from a quarter to all; `random` is in [0, 1).
   */
  admits(nowMs: number, random: number): boolean;
}

const FIRST_OPEN_MS = 10_000;
const LONGEST_OPEN_MS = 300_000;
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

/**
 * Opens after failures in a row, or when half of at least five calls within 60 s failed; open for 10 s, doubling to
 * 5 min while it does not recover. All times on one monotonic clock; an outcome that began before the last change is
 * no news and changes nothing.
 */
export class Breaker implements BreakerView {
  readonly #failuresInARow: number;
  #changedMs = Number.NEGATIVE_INFINITY;
  /** Undefined: closed. */
  #openUntilMs: number | undefined;
  #openings = 0;
  #failures = 0;
  #probeStartedMs: number | undefined;
  #recent: { atMs: number; failed: boolean }[] = [];

  constructor(failuresInARow: number) {
    this.#failuresInARow = failuresInARow;
  }

  /** When it opened or closed last; undefined when it never did. */
  get changedMs(): number | undefined {
    return Number.isFinite(this.#changedMs) ? this.#changedMs : undefined;
  }

  state(nowMs: number): "closed" | "open" | "half-open" {
    if (this.#openUntilMs === undefined) return "closed";
    return nowMs < this.#openUntilMs ? "open" : "half-open";
  }

  admits(nowMs: number, random: number): boolean {
    const state = this.state(nowMs);
    if (state === "open") return false;
    if (state === "half-open")
      return this.#probeStartedMs === undefined || nowMs - this.#probeStartedMs >= PROBE_LEASE_MS;
    return this.#openings === 0 || random < this.#share(nowMs);
  }

  /** A call begins; in the half-open state it is the probe. */
  started(nowMs: number): void {
    if (this.state(nowMs) === "half-open") this.#probeStartedMs = nowMs;
  }

  /** A call that began at `startedMs` ended without telling anything: the next one may probe. */
  abandoned(startedMs: number): void {
    if (this.#probeStartedMs === startedMs) this.#probeStartedMs = undefined;
  }

  succeeded(startedMs: number, nowMs: number): void {
    if (startedMs < this.#changedMs) return;
    this.#failures = 0;
    if (this.#openUntilMs !== undefined) this.#close(nowMs);
    else this.#remember(nowMs, false);
    if (this.#openings > 0 && this.#share(nowMs) >= 1) this.#openings = 0;
  }

  /** `fatal`: nothing listens there, one such failure is enough. `random` in [0, 1) is the jitter. */
  failed(startedMs: number, nowMs: number, random: number, fatal = false): void {
    if (startedMs < this.#changedMs) return;
    const state = this.state(nowMs);
    if (state === "open") return;
    this.#failures++;
    this.#remember(nowMs, true);
    const failed = this.#recent.filter((call) => call.failed).length;
    const half = this.#recent.length >= WINDOW_CALLS && failed * 2 >= this.#recent.length;
    if (state === "half-open" || fatal || half || this.#failures >= this.#failuresInARow)
      this.#open(nowMs, random);
  }

  #open(nowMs: number, random: number): void {
    // What fails again while it recovers goes on where it was; what held for the whole recovery starts afresh.
    if (this.#openings > 0 && this.#openUntilMs === undefined && this.#share(nowMs) >= 1) this.#openings = 0;
    const lengthMs = Math.min(LONGEST_OPEN_MS, FIRST_OPEN_MS * 2 ** this.#openings);
    this.#openings++;
    this.#openUntilMs = nowMs + lengthMs * (1 + JITTER * (2 * random - 1));
    this.#change(nowMs);
  }

  #close(nowMs: number): void {
    this.#openUntilMs = undefined;
    this.#change(nowMs);
  }

  #change(nowMs: number): void {
    this.#changedMs = nowMs;
    this.#failures = 0;
    this.#probeStartedMs = undefined;
    this.#recent = [];
  }

  #share(nowMs: number): number {
    return RECOVERY_SHARE + (1 - RECOVERY_SHARE) * ((nowMs - this.#changedMs) / RECOVERY_MS);
  }

  #remember(nowMs: number, failed: boolean): void {
    this.#recent = [...this.#recent, { atMs: nowMs, failed }]
      .filter(({ atMs }) => nowMs - atMs < WINDOW_MS)
      .slice(-WINDOW_LIMIT);
  }
}
