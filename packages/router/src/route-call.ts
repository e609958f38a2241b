import { setTimeout as sleep } from "node:timers/promises";
import {
  type BridgeError,
  modelNotFound,
  type OllamaClient,
  type RunEvent,
} from "@ollama-bridge/core-client";
import type { Candidate, CostTerms } from "./decision/demand.ts";
import type { Pick } from "./decision/pick.ts";
import { asBridgeError, attempt } from "./failover/attempt.ts";
import { type FailureKind, kindOf, observedOutcome } from "./failover/failure-rules.ts";
import { firstByteMs } from "./failover/first-byte.ts";
import { Journey } from "./failover/journey.ts";
import { nothingFits } from "./failover/nothing-fits.ts";
import { type AttemptRecord, attemptRecord, withAttempts } from "./failover/route-error.ts";
import type { Learned } from "./learned-from.ts";
import type { RouteRequest } from "./plan.ts";
import { prepareRoute } from "./prepare-route.ts";
import type { PreparedRoute, PrepareLimits } from "./prepared-route.ts";
import type { RouterState } from "./router-state.ts";

/** What is down gets so long to show that it is back, before a prompt is sent to it; two of them under 1 s. */
const LAST_LOOK_MS = 450;

/** What is done on the instance that was chosen. */
export interface Job<Result> {
  /** The answer comes piece by piece, so that a first byte can be waited for. */
  streams: boolean;
  run(
    client: OllamaClient,
    model: string,
    limits: { signal: AbortSignal; onEvent(event: RunEvent): void },
  ): Promise<Result>;
  learned(result: Result, seen: { wasCold: boolean; writingMs: number }): Learned;
}

export interface CallLimits extends PrepareLimits {
  /** The caller passes the text on as it comes, so an answer that breaks off must not be run again elsewhere. */
  deliversText?: boolean | undefined;
}

/** A result, with how it came about. */
export interface Routed<Result> {
  result: Result;
  prepared: PreparedRoute;
  candidate: Candidate;
  attempts: AttemptRecord[];
}

type Outcome<Result> = { result: Result } | { kind: FailureKind; error: BridgeError };

/** One call: its choice, its attempts, its outcome. */
export class RouteCall<Result> {
  readonly #state: RouterState;
  readonly #request: RouteRequest;
  readonly #job: Job<Result>;
  readonly #limits: CallLimits;
  readonly #attempts: AttemptRecord[] = [];
  readonly #deadlineMs: number;
  #delivered = false;

  constructor(state: RouterState, request: RouteRequest, job: Job<Result>, limits: CallLimits) {
    this.#state = state;
    this.#request = request;
    this.#job = job;
    this.#limits = limits;
    this.#deadlineMs = limits.deadlineMs ?? Number.POSITIVE_INFINITY;
  }

  async run(): Promise<Routed<Result>> {
    const { fleet, context, experiments } = this.#state;
    const { signal } = this.#limits;
    const prepared = await prepareRoute(this.#state, this.#request, this.#limits);
    const { plan, arm, standIns } = prepared;
    const deadlineMs = this.#deadlineMs;
    const wait = (ms: number) => sleep(ms, undefined, { signal });
    const journey = new Journey({ plan, fleet, context, deadlineMs, standIns, wait });
    let picked = journey.first();
    while (picked !== undefined) {
      const outcome = await this.#try(picked, journey);
      if ("result" in outcome)
        return { result: outcome.result, prepared, candidate: picked.candidate, attempts: this.#attempts };
      const { kind, error } = outcome;
      const next: Pick | undefined = this.#delivered
        ? undefined
        : await journey.after(kind, error, picked.candidate);
      if (next === undefined) {
        if (arm !== undefined) experiments.failed(arm);
        throw withAttempts(this.#withSuggestions(error, picked), this.#attempts);
      }
      picked = next;
    }
    throw await nothingFits(this.#state, plan);
  }

  /** Ollama's own words for a model that is listed and not there name no way out. */
  #withSuggestions(error: BridgeError, { candidate: { model, instance } }: Pick): BridgeError {
    if (error.code !== "MODEL_NOT_FOUND") return error;
    const others = this.#state.fleet.modelNames().filter((name) => name !== model);
    return modelNotFound(this.#nameFor(model), others, instance.name);
  }

  async #try({ candidate, work }: Pick, journey: Journey): Promise<Outcome<Result>> {
    const { fleet, turns, loads } = this.#state;
    const { signal } = this.#limits;
    const { instance, model, terms, degraded } = candidate;
    const { startedMs } = work.reservation;
    const client = fleet.clientOf(instance);
    const where = { instance: instance.name, model };
    const tookMs = () => performance.now() - startedMs;
    let endTurn: (() => void) | undefined;
    let detached: Promise<void> | undefined;
    try {
      endTurn = await turns.take(instance, model, signal);
      work.begunMs = performance.now();
      if (degraded === "down") await client.version({ signal, deadlineMs: work.begunMs + LAST_LOOK_MS });
      const leftMs = this.#deadlineMs - performance.now();
      const result = await attempt({
        client,
        run: (limits) => this.#job.run(client, this.#nameFor(model), limits),
        work,
        signal,
        patienceMs: this.#patienceMs(terms, leftMs, journey.anotherRemains(candidate)),
        onEvent: (event) => this.#tell(event),
        loads,
        onDetach: (ended) => {
          detached = ended;
        },
      });
      const writingMs = performance.now() - (work.firstByteMs ?? performance.now());
      const learned = this.#job.learned(result, { wasCold: terms.load > 0, writingMs });
      fleet.observe({ instance, model, outcome: "answered", startedMs, ...learned });
      this.#state.work.answered(work, performance.now());
      this.#attempts.push(attemptRecord(where, "answered", tookMs()));
      return { result };
    } catch (thrown) {
      const error = asBridgeError(thrown);
      if (signal.aborted) {
        fleet.observe({ instance, model, outcome: "cancelled", startedMs });
        const timedOut = error.code === "TIMEOUT_EXCEEDED";
        this.#attempts.push(attemptRecord(where, timedOut ? "timeout" : "cancelled", tookMs(), error));
        throw withAttempts(error, this.#attempts);
      }
      const kind = kindOf(error, work.firstByteMs !== undefined);
      const retryAfter = error.details?.retryAfter;
      const busyFor = kind === "busy" && typeof retryAfter === "number" ? { retryAfterMs: retryAfter } : {};
      fleet.observe({ instance, model, outcome: observedOutcome(kind, error), startedMs, ...busyFor });
      this.#attempts.push(attemptRecord(where, kind, tookMs(), error));
      return { kind, error };
    } finally {
      endTurn?.();
      const end = () => this.#state.work.end(work);
      if (detached === undefined) end();
      else void detached.then(end);
    }
  }

  #patienceMs(terms: CostTerms, leftMs: number, anotherRemains: boolean): number {
    if (this.#job.streams) return firstByteMs(terms, leftMs, anotherRemains);
    return anotherRemains ? leftMs / 2 : Number.POSITIVE_INFINITY;
  }

  /** A named model is asked for, and answered, by the name that was asked. */
  #nameFor(model: string): string {
    const asked = this.#request.model;
    return asked === "auto" || asked.startsWith("auto:") ? model : asked;
  }

  #tell(event: RunEvent): void {
    const { deliversText, onEvent } = this.#limits;
    if (deliversText && event.type === "generating" && event.text + event.thinking !== "")
      this.#delivered = true;
    onEvent?.(event);
  }
}
