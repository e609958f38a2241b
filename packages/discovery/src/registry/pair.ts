import { Breaker } from "../health/breaker.ts";
import { MeasuredHistory } from "../learning/pair-history.ts";
import type { PairState, Reservation } from "./fleet-state.ts";

const FAILURES_IN_A_ROW = 2;

/** One model on one instance. */
export class Pair implements PairState {
  readonly reservations = new Set<Reservation>();
  readonly breaker = new Breaker(FAILURES_IN_A_ROW);
  readonly history = new MeasuredHistory();

  /** Nothing runs here and nothing was learned. */
  get isUnused(): boolean {
    return this.reservations.size === 0 && this.breaker.changedMs === undefined && this.history.isEmpty;
  }
}
