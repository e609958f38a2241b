import type { OllamaClient, RunEvent } from "@ollama-bridge/core-client";
import { coreErrors } from "@ollama-bridge/core-client";
import { type BridgeError, foundationErrors, isBridgeError } from "@ollama-bridge/foundation";
import type { Work } from "../decision/work-in-hand.ts";
import type { DetachedLoads } from "./detached-loads.ts";

export interface AttemptOptions<Result> {
  client: OllamaClient;
  /** Asks the instance; tells of the first byte by an event of the kind `generating`. */
  run(limits: { signal: AbortSignal; onEvent(event: RunEvent): void }): Promise<Result>;
  work: Work;
  signal: AbortSignal;
  /** Until the first byte, in ms. */
  patienceMs: number;
  /** Whether it may still answer when that has passed, while another one is asked. */
  staysOpen: boolean;
  /** How long the answer may fall silent now that it has begun, in ms. */
  silenceMs(longestGapMs: number): number;
  onEvent(event: RunEvent): void;
  loads: DetachedLoads;
  /** Asked when it goes on after it was left: whether it is the one to wait for again. */
  mayReturn(isDone: boolean): boolean;
}

/** Longer timers fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;
/** Somebody else may be there by then who could answer in its place. */
const LOOK_AGAIN_MS = 1_000;

/**
 * A request on the chosen instance. It is left when the first byte is late or the answer falls silent; that may have a
 * good reason, so it goes on beside the next one until the call is over, and is waited for again when it overtakes
 * that. One whose model is being loaded goes on even then, detached, until the load is done: closing it would abort
 * the load.
 */
export class Attempt<Result> {
  /** Rejects with OLLAMA_CONNECTION_FAILED when it was left, with errno FIRST_BYTE_LATE or STALLED. */
  readonly outcome: Promise<Result>;
  /** What the request comes to, left or not. */
  readonly result: Promise<Result>;
  /** Whether it returned; false at its end when it did not. */
  readonly returned: Promise<boolean>;
  readonly #options: AttemptOptions<Result>;
  readonly #controller = new AbortController();
  readonly #left = Promise.withResolvers<never>();
  readonly #back = Promise.withResolvers<boolean>();
  #isLeft = false;
  #isAbandoned = false;
  #longestGapMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: AttemptOptions<Result>) {
    const { signal, run } = options;
    this.#options = options;
    if (signal.aborted) this.#passOn();
    signal.addEventListener("abort", this.#passOn, { once: true });
    this.#awaitFirstByte();
    this.result = run({ signal: this.#controller.signal, onEvent: (event) => this.#take(event) });
    this.result.then(
      () => this.#settled(this.#isLeft && options.mayReturn(true)),
      () => this.#settled(false),
    );
    this.#left.promise.catch(() => undefined);
    this.outcome = Promise.race([this.result, this.#left.promise]);
    this.returned = this.#back.promise;
  }

  /** Left, and still open. */
  get staysBehind(): boolean {
    return this.#isLeft && !this.#controller.signal.aborted;
  }

  /** The call is over; only a load goes on. */
  abandon(): void {
    this.#isAbandoned = true;
    if (!this.#options.work.loading) this.#controller.abort(this.#late());
  }

  #settled(hasReturned: boolean): void {
    const { signal, loads } = this.#options;
    clearTimeout(this.#timer);
    signal.removeEventListener("abort", this.#passOn);
    loads.ended(this.#controller);
    this.#back.resolve(hasReturned);
  }

  readonly #passOn = () => {
    const { signal, work } = this.#options;
    // A call whose time is up must not take the load down that it left behind; one that is cancelled takes all.
    const keepsLoad = this.#isLeft && work.loading && isBridgeError(signal.reason);
    if (!keepsLoad) this.#controller.abort(signal.reason);
  };

  #awaitFirstByte(): void {
    const { patienceMs, work } = this.#options;
    if (this.#timer !== undefined && work.lastByteMs === undefined) return void this.#timer.refresh();
    clearTimeout(this.#timer);
    if (!Number.isFinite(patienceMs)) return;
    const delayMs = Math.min(Math.max(patienceMs, 0), MAX_TIMER_MS);
    this.#timer = setTimeout(() => this.#leave(this.#late()), delayMs);
  }

  readonly #listen = () => {
    const { work, silenceMs, client } = this.#options;
    const allowedMs = silenceMs(this.#longestGapMs);
    const silentMs = performance.now() - (work.lastByteMs ?? 0);
    if (silentMs >= allowedMs) this.#leave(leftBehind(client, silentMs, "STALLED"));
    else this.#timer = setTimeout(this.#listen, Math.min(allowedMs - silentMs, LOOK_AGAIN_MS));
  };

  #leave(error: BridgeError): void {
    const { work, loads, staysOpen } = this.#options;
    this.#isLeft = true;
    if (work.loading) loads.keep(this.#controller);
    else if (!staysOpen) this.#controller.abort(error);
    this.#left.reject(error);
  }

  #take(event: RunEvent): void {
    const { work, onEvent, mayReturn } = this.#options;
    // A second "loading" is the same prompt with a larger context: a load of its own.
    if (event.type === "loading" && !this.#isLeft) this.#awaitFirstByte();
    if (event.type === "generating") {
      this.#noteByte(work);
      if (this.#isAbandoned) this.#controller.abort(this.#late());
      else if (this.#isLeft && mayReturn(false)) {
        this.#isLeft = false;
        this.#back.resolve(true);
      }
    }
    if (!this.#isLeft) onEvent(event);
  }

  #noteByte(work: Work): void {
    const nowMs = performance.now();
    if (work.lastByteMs === undefined) {
      work.firstByteMs = nowMs;
      work.loading = false;
      this.#options.loads.ended(this.#controller);
      clearTimeout(this.#timer);
      if (!this.#isLeft) this.#timer = setTimeout(this.#listen, LOOK_AGAIN_MS);
    } else this.#longestGapMs = Math.max(this.#longestGapMs, nowMs - work.lastByteMs);
    work.lastByteMs = nowMs;
  }

  #late(): BridgeError {
    return leftBehind(this.#options.client, this.#options.patienceMs, "FIRST_BYTE_LATE");
  }
}

function leftBehind(
  { instance }: OllamaClient,
  silentMs: number,
  errno: "FIRST_BYTE_LATE" | "STALLED",
): BridgeError {
  const seconds = Math.round(silentMs / 100) / 10;
  const [what, hint] =
    errno === "STALLED"
      ? ["nothing more of its answer", "Its runner may hang; look at fleet_status."]
      : ["nothing", "It may be loading the model still; ask again in a moment, or look at fleet_status."];
  return coreErrors.create("OLLAMA_CONNECTION_FAILED", `${instance.name} sent ${what} within ${seconds} s`, {
    details: { endpoint: instance.url, errno },
    hint,
  });
}

/** What `error` says as an error of ours; the client throws nothing else but a caller's own reason. */
export function asBridgeError(error: unknown): BridgeError {
  if (isBridgeError(error)) return error;
  return foundationErrors.create("INTERNAL_ERROR", error instanceof Error ? error.message : String(error), {
    cause: error,
  });
}
