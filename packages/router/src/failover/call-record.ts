import type { BridgeError } from "@ollama-bridge/core-client";
import type { Pick } from "../decision/pick.ts";
import type { Learned } from "../learned-from.ts";
import type { RouterState } from "../router-state.ts";
import { type FailureKind, kindOf, observedOutcome } from "./failure-rules.ts";
import { type AttemptRecord, attemptRecord } from "./route-error.ts";

/** Writes down what became of the attempts of one call, and tells the fleet, which learns from it. */
export class CallRecord {
  readonly attempts: AttemptRecord[] = [];
  readonly #state: RouterState;

  constructor(state: RouterState) {
    this.#state = state;
  }

  answered(picked: Pick, learned: Learned): void {
    this.#state.fleet.observe({ ...about(picked), outcome: "answered", ...learned });
    this.#state.work.answered(picked.work, performance.now());
    this.#note(picked, "answered");
  }

  /** The caller went, its time was up, or another attempt was first: nothing is known of the instance. */
  cancelled(picked: Pick, outcome: "cancelled" | "timeout" | "overtaken", error?: BridgeError): void {
    this.#state.fleet.observe({ ...about(picked), outcome: "cancelled" });
    this.#note(picked, outcome, error);
  }

  failed(picked: Pick, error: BridgeError): FailureKind {
    const kind = kindOf(error, picked.work.firstByteMs !== undefined);
    const retryAfter = error.details?.retryAfter;
    const busyFor = kind === "busy" && typeof retryAfter === "number" ? { retryAfterMs: retryAfter } : {};
    this.#state.fleet.observe({ ...about(picked), outcome: observedOutcome(kind, error), ...busyFor });
    this.#note(picked, kind, error);
    return kind;
  }

  #note(picked: Pick, outcome: string, error?: BridgeError): void {
    const { instance, model, startedMs } = about(picked);
    const where = { instance: instance.name, model };
    this.attempts.push(attemptRecord(where, outcome, performance.now() - startedMs, error));
  }
}

function about({ candidate: { instance, model }, work }: Pick) {
  return { instance, model, startedMs: work.reservation.startedMs };
}
