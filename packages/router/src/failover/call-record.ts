import { coreErrors } from "@ollama-bridge/core-client";
import { type InstanceState, pairOf } from "@ollama-bridge/discovery";
import type { BridgeError } from "@ollama-bridge/foundation";
import type { Pick } from "../decision/pick.ts";
import type { Learned } from "../learned-from.ts";
import type { RouterState } from "../router-state.ts";
import { type FailureKind, kindOf, observedOutcome, retryAfterOf } from "./failure-rules.ts";
import { fairSilenceMs } from "./patience.ts";
import { type AttemptRecord, attemptRecord } from "./route-error.ts";

/** Errno of a call that was sent away from its turn. */
const TURN_LOST = "TURN_LOST";

export const isTurnLost = (error: unknown) =>
  coreErrors.is(error, "OLLAMA_CONNECTION_FAILED") && error.details?.errno === TURN_LOST;

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
    const retryAfterMs = retryAfterOf(error);
    const { instance, model } = picked.candidate;
    const wasSentAway = isTurnLost(error);
    const busyFor = kind === "busy" && retryAfterMs !== undefined ? { retryAfterMs } : {};
    // Who only waited there, or could not wait, knows nothing new of the instance.
    const outcome =
      wasSentAway || this.#wasHurried(picked, error) ? "cancelled" : observedOutcome(kind, error);
    this.#state.fleet.observe({ ...about(picked), outcome, ...busyFor });
    if (!wasSentAway) this.#sendOthersAway(instance, model);
    this.#note(picked, kind, error);
    return kind;
  }

  /** The instance was given less time than it may take, because its callers have no more. */
  #wasHurried({ candidate: { instance } }: Pick, error: BridgeError): boolean {
    if (!coreErrors.is(error, "OLLAMA_CONNECTION_FAILED")) return false;
    const errno = error.details?.errno;
    if (errno !== "FIRST_BYTE_LATE" && errno !== "STALLED") return false;
    const works = [...this.#state.work.on(instance)];
    const begunMs = Math.min(...works.map((work) => work.begunMs));
    const heardMs = Math.max(begunMs, ...works.map(({ lastByteMs = begunMs }) => lastByteMs));
    // What waits in a queue of ours is no reason to be silent: whoever is served then is heard.
    const expectedS = Math.max(...works.map(({ loadS, promptS }) => loadS + promptS));
    return performance.now() - heardMs < fairSilenceMs(expectedS);
  }

  /** Those who wait their turn behind a failure that opened a breaker need not fail there too. */
  #sendOthersAway({ id }: InstanceState, model: string): void {
    const instance = this.#state.fleet.byId(id);
    if (instance === undefined) return;
    const nowMs = performance.now();
    const isOpen = instance.breaker.state(nowMs) === "open";
    if (!isOpen && pairOf(instance, model).breaker.state(nowMs) !== "open") return;
    const reason = coreErrors.create(
      "OLLAMA_CONNECTION_FAILED",
      `${instance.name} stopped answering while this call waited its turn there`,
      { details: { endpoint: instance.url, errno: TURN_LOST } },
    );
    this.#state.queue.rejectWaiting(reason, { lane: instance.id, ...(isOpen ? {} : { group: model }) });
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
