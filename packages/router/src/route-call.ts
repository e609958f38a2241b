import { setTimeout as sleep } from "node:timers/promises";
import { isRouted, modelNotFound, type OllamaClient, type RunEvent } from "@ollama-bridge/core-client";
import { type BridgeError, raceAbort } from "@ollama-bridge/foundation";
import type { Candidate, CostTerms } from "./decision/demand.ts";
import type { Pick } from "./decision/pick.ts";
import { Attempt, asBridgeError } from "./failover/attempt.ts";
import { CallRecord, isTurnLost } from "./failover/call-record.ts";
import type { FailureKind } from "./failover/failure-rules.ts";
import { Journey } from "./failover/journey.ts";
import { lastLook } from "./failover/last-look.ts";
import { nothingFits } from "./failover/nothing-fits.ts";
import { firstByteMs, silenceMs } from "./failover/patience.ts";
import { type AttemptRecord, withAttempts } from "./failover/route-error.ts";
import type { Learned } from "./learned-from.ts";
import type { RouteRequest } from "./plan.ts";
import { prepareRoute } from "./prepare-route.ts";
import type { PreparedRoute, PrepareLimits } from "./prepared-route.ts";
import type { RouterState } from "./router-state.ts";

/** An answer of which nothing came for so long may be overtaken. */
const WRITES_WITHIN_MS = 2_000;

/** What is done on the instance that was chosen. */
export interface Job<Result> {
  /** The answer comes piece by piece, so that a first byte can be waited for. */
  streams: boolean;
  /** Ollama may hold pieces back, as they may be the call of a tool. */
  holdsBack: boolean;
  run(
    client: OllamaClient,
    model: string,
    limits: { signal: AbortSignal; onEvent(event: RunEvent): void },
  ): Promise<Result>;
  learned(result: Result, seen: { wasCold: boolean; writingMs: number }): Learned;
}

/** A result, with how it came about. */
export interface Routed<Result> {
  result: Result;
  prepared: PreparedRoute;
  candidate: Candidate;
  attempts: AttemptRecord[];
}

/** What an attempt came to; nothing when it gave way to another, or was left and did not return. */
type Outcome<Result> = { result: Result } | { kind: FailureKind; error: BridgeError } | "nothing";

interface Settled<Result> {
  picked: Pick;
  outcome: Outcome<Result>;
  /** What it may still come to: it was left, and goes on. */
  later?: Promise<Settled<Result>>;
}

/** One call: its choice, its attempts, its outcome. */
export class RouteCall<Result> {
  readonly #state: RouterState;
  readonly #request: RouteRequest;
  readonly #job: Job<Result>;
  readonly #limits: PrepareLimits;
  readonly #record: CallRecord;
  readonly #deadlineMs: number;
  /** The attempt that is waited for. */
  #current: { picked: Pick; giveWay?: AbortController | undefined } | undefined;
  /** Attempts that were left and go on. */
  readonly #behind = new Set<Attempt<Result>>();
  #delivered = false;
  #isOver = false;

  constructor(state: RouterState, request: RouteRequest, job: Job<Result>, limits: PrepareLimits) {
    this.#state = state;
    this.#record = new CallRecord(state);
    this.#request = request;
    this.#job = job;
    this.#limits = limits;
    this.#deadlineMs = limits.deadlineMs;
  }

  async run(): Promise<Routed<Result>> {
    const prepared = await prepareRoute(this.#state, this.#request, this.#limits);
    try {
      const { result, candidate } = await this.#travel(prepared);
      return { result, prepared, candidate, attempts: this.#record.attempts };
    } catch (error) {
      if (prepared.arm !== undefined && !this.#limits.signal.aborted)
        this.#state.experiments.failed(prepared.arm);
      throw error;
    } finally {
      this.#isOver = true;
      for (const attempt of this.#behind) attempt.abandon();
    }
  }

  async #travel({ plan, standIns }: PreparedRoute): Promise<{ result: Result; candidate: Candidate }> {
    const { fleet, context } = this.#state;
    const deadlineMs = this.#deadlineMs;
    const wait = (ms: number) => sleep(ms, undefined, { signal: this.#limits.signal });
    const journey = new Journey({ plan, fleet, context, deadlineMs, standIns, wait });
    const open = new Map<Pick, Promise<Settled<Result>>>();
    let failure: BridgeError | undefined;
    let next = journey.first();
    for (;;) {
      if (next !== undefined) open.set(next, this.#try(next, journey, open.size > 0));
      if (open.size === 0 || (this.#delivered && this.#current === undefined))
        throw failure ?? (await nothingFits(this.#state, plan));
      const { picked, outcome, later } = await this.#firstOf(open);
      open.delete(picked);
      if (later !== undefined) open.set(picked, later);
      next = undefined;
      if (outcome === "nothing") continue;
      const { candidate } = picked;
      if ("result" in outcome) return { result: outcome.result, candidate };
      this.#current = undefined;
      failure = withAttempts(this.#withSuggestions(outcome.error, picked), this.#record.attempts);
      if (!this.#delivered) next = await journey.after(outcome.kind, outcome.error, candidate);
    }
  }

  /** Of the attempt that is waited for and those that were left, the first that comes to something. */
  async #firstOf(open: ReadonlyMap<Pick, Promise<Settled<Result>>>): Promise<Settled<Result>> {
    const first = Promise.race(open.values());
    if (this.#current !== undefined) return first;
    try {
      return await raceAbort(first, this.#limits.signal);
    } catch (error) {
      if (this.#current !== undefined) return first; // it has any partial output
      throw withAttempts(asBridgeError(error), this.#record.attempts);
    }
  }

  /** Ollama's own words for a model that is listed and not there name no way out. */
  #withSuggestions(error: BridgeError, { candidate: { model, instance } }: Pick): BridgeError {
    if (error.code !== "MODEL_NOT_FOUND") return error;
    const others = this.#state.fleet.modelNames().filter((name) => name !== model);
    return modelNotFound(this.#nameFor(model), others, instance.name);
  }

  /** `hasRivals`: attempts that were left may overtake this one. */
  async #try(picked: Pick, journey: Journey, hasRivals: boolean): Promise<Settled<Result>> {
    const { candidate, work } = picked;
    const end = () => this.#state.work.end(work);
    if (this.#current !== undefined) {
      end(); // one of those returned while this one was looked for
      return { picked, outcome: "nothing" };
    }
    const giveWay = hasRivals ? new AbortController() : undefined;
    const { signal: caller } = this.#limits;
    const signal = giveWay === undefined ? caller : AbortSignal.any([caller, giveWay.signal]);
    this.#current = { picked, giveWay };
    let endTurn: (() => void) | undefined;
    let attempt: Attempt<Result> | undefined;
    const answer = async () => {
      endTurn = await this.#takeTurn(candidate, journey, signal);
      attempt = await this.#start(picked, journey, signal);
      return attempt.outcome;
    };
    try {
      const outcome = await this.#settle(picked, answer(), giveWay?.signal);
      if (!attempt?.staysBehind) return { picked, outcome };
      this.#behind.add(attempt);
      return { picked, outcome, later: this.#later(picked, attempt) };
    } finally {
      endTurn?.();
      if (attempt?.staysBehind) void attempt.result.then(end, end);
      else end();
    }
  }

  /** Who is sent away because the instance fails waits on where nobody else could answer. */
  async #takeTurn(candidate: Candidate, journey: Journey, signal: AbortSignal): Promise<() => void> {
    for (;;)
      try {
        return await this.#state.queue.take(signal, { lane: candidate.instance.id, group: candidate.model });
      } catch (error) {
        if (!isTurnLost(error) || journey.anotherRemains(candidate)) throw error;
      }
  }

  async #start(picked: Pick, journey: Journey, signal: AbortSignal): Promise<Attempt<Result>> {
    const { candidate, work } = picked;
    const { instance, model, terms, degraded } = candidate;
    const { client } = instance;
    work.begunMs = performance.now();
    const anotherRemains = journey.anotherRemains(candidate);
    if (degraded === "down") await lastLook(client, signal);
    return new Attempt({
      client,
      run: (limits) => this.#job.run(client, this.#nameFor(model), limits),
      work,
      signal,
      patienceMs: this.#patienceMs(terms, anotherRemains),
      staysOpen: anotherRemains,
      silenceMs: (longestGapMs) => this.#silenceMs(picked, journey, longestGapMs),
      onEvent: (event) => this.#tell(event),
      loads: this.#state.loads,
      mayReturn: (isDone) => this.#mayReturn(picked, isDone),
    });
  }

  /** What becomes of an attempt that was left. */
  #later(picked: Pick, attempt: Attempt<Result>): Promise<Settled<Result>> {
    const later = attempt.returned.then(
      async (hasReturned): Promise<Settled<Result>> => ({
        picked,
        outcome: hasReturned ? await this.#settle(picked, attempt.result) : "nothing",
      }),
    );
    later.catch(() => undefined); // the call may be over, and nobody listens any more
    return later;
  }

  /** Waits for an answer and keeps account of it. @throws BridgeError when the caller's signal aborted. */
  async #settle(picked: Pick, answer: Promise<Result>, giveWay?: AbortSignal): Promise<Outcome<Result>> {
    const { candidate, work } = picked;
    try {
      const result = await answer;
      const writingMs = performance.now() - (work.firstByteMs ?? performance.now());
      this.#record.answered(
        picked,
        this.#job.learned(result, { wasCold: candidate.terms.load > 0, writingMs }),
      );
      return { result };
    } catch (thrown) {
      const error = asBridgeError(thrown);
      if (this.#limits.signal.aborted) {
        this.#record.cancelled(picked, error.code === "TIMEOUT_EXCEEDED" ? "timeout" : "cancelled", error);
        throw withAttempts(error, this.#record.attempts);
      }
      if (giveWay?.aborted) {
        this.#record.cancelled(picked, "overtaken");
        return "nothing";
      }
      return { kind: this.#record.failed(picked, error), error };
    }
  }

  /** One that was left goes on: it is waited for again when it is done, or when the other one is not writing. */
  #mayReturn(picked: Pick, isDone: boolean): boolean {
    if (this.#isOver || this.#delivered) return false;
    const { lastByteMs } = this.#current?.picked.work ?? {};
    const isOvertaken = lastByteMs === undefined || performance.now() - lastByteMs > WRITES_WITHIN_MS;
    if (!isDone && !isOvertaken) return false;
    this.#current?.giveWay?.abort();
    this.#current = { picked };
    return true;
  }

  #silenceMs({ candidate, work }: Pick, journey: Journey, longestGapMs: number): number {
    if (!this.#job.streams || this.#delivered || !journey.anotherRemains(candidate))
      return Number.POSITIVE_INFINITY;
    const { firstByteMs: firstMs = 0, lastByteMs: lastMs = 0 } = work;
    const { holdsBack } = this.#job;
    const [leftMs, writtenMs] = [this.#deadlineMs - lastMs, lastMs - firstMs];
    return silenceMs(candidate.terms, { leftMs, writtenMs, longestGapMs, holdsBack });
  }

  #patienceMs(terms: CostTerms, anotherRemains: boolean): number {
    const leftMs = this.#deadlineMs - performance.now();
    if (this.#job.streams) return firstByteMs(terms, leftMs, anotherRemains);
    return anotherRemains ? leftMs / 2 : Number.POSITIVE_INFINITY;
  }

  /** A named model is asked for, and answered, by the name that was asked. */
  #nameFor(model: string): string {
    const asked = this.#request.model;
    return isRouted(asked) ? model : asked;
  }

  #tell(event: RunEvent): void {
    const { deliversText, onEvent } = this.#limits;
    if (deliversText && event.type === "generating" && event.text + event.thinking !== "")
      this.#delivered = true;
    onEvent?.(event);
  }
}
