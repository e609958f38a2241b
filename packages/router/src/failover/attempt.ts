import { BridgeError, type OllamaClient, type RunEvent } from "@ollama-bridge/core-client";
import { isBridgeError } from "@ollama-bridge/server-kit/errors";
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
  /** How long the answer may fall silent now that it has begun, in ms; it was silent since `sinceMs`. */
  silenceMs(sinceMs: number): number;
  onEvent(event: RunEvent): void;
  loads: DetachedLoads;
  /** Asked when it begins to answer after it was left: whether it is the one to wait for again. */
  isWelcomeBack(): boolean;
}

/** Longer timers fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;
/** Somebody else may be there by then who could answer in its place. */
const LOOK_AGAIN_MS = 1_000;

/**
 * A request on the chosen instance. It is left when the first byte is late or the answer falls silent. If its model is
 * being loaded, the request stays behind, detached, until the load is done: closing it would abort the load. When it
 * then begins to answer and is welcome back, it is waited for again.
 */
export class Attempt<Result> {
  /** Rejects with OLLAMA_CONNECTION_FAILED when it was left, with errno FIRST_BYTE_LATE or STALLED. */
  readonly outcome: Promise<Result>;
  /** What the request comes to, left or not. */
  readonly result: Promise<Result>;
  /** Whether it was welcome back; false at its end when it was not. */
  readonly cameBack: Promise<boolean>;
  readonly #options: AttemptOptions<Result>;
  readonly #controller = new AbortController();
  readonly #left = Promise.withResolvers<never>();
  readonly #back = Promise.withResolvers<boolean>();
  #isLeft = false;
  #lastByteMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: AttemptOptions<Result>) {
    const { signal, loads, run } = options;
    this.#options = options;
    if (signal.aborted) this.#passOn();
    signal.addEventListener("abort", this.#passOn, { once: true });
    this.#awaitFirstByte();
    this.result = run({ signal: this.#controller.signal, onEvent: (event) => this.#take(event) });
    const settled = () => {
      clearTimeout(this.#timer);
      signal.removeEventListener("abort", this.#passOn);
      loads.ended(this.#controller);
      this.#back.resolve(false);
    };
    this.result.then(settled, settled);
    this.#left.promise.catch(() => undefined);
    this.outcome = Promise.race([this.result, this.#left.promise]);
    this.cameBack = this.#back.promise;
  }

  /** Left, and still loading its model. */
  get staysBehind(): boolean {
    return this.#isLeft && !this.#controller.signal.aborted;
  }

  readonly #passOn = () => {
    const { reason } = this.#options.signal;
    // A call whose time is up must not take the load down that it left behind; one that is cancelled takes all.
    if (!this.#isLeft || !isBridgeError(reason)) this.#controller.abort(reason);
  };

  #awaitFirstByte(): void {
    const { patienceMs, client } = this.#options;
    clearTimeout(this.#timer);
    if (!Number.isFinite(patienceMs)) return;
    const late = () => this.#leave(leftBehind(client, patienceMs, "FIRST_BYTE_LATE"));
    this.#timer = setTimeout(late, Math.min(patienceMs, MAX_TIMER_MS));
  }

  readonly #listen = () => {
    const allowedMs = this.#options.silenceMs(this.#lastByteMs);
    const silentMs = performance.now() - this.#lastByteMs;
    if (silentMs >= allowedMs) this.#leave(leftBehind(this.#options.client, silentMs, "STALLED"));
    else this.#timer = setTimeout(this.#listen, Math.min(allowedMs - silentMs, LOOK_AGAIN_MS));
  };

  #leave(error: BridgeError): void {
    const { work, loads } = this.#options;
    this.#isLeft = true;
    if (work.reservation.loading) loads.keep(this.#controller);
    else this.#controller.abort(error);
    this.#left.reject(error);
  }

  #take(event: RunEvent): void {
    const { work, onEvent } = this.#options;
    // A second "loading" is the same prompt with a larger context: a load of its own.
    if (event.type === "loading" && !this.#isLeft) this.#awaitFirstByte();
    if (event.type === "generating") {
      work.firstByteMs ??= performance.now();
      work.reservation.loading = false;
      if (this.#isLeft) this.#return();
      if (this.#lastByteMs === 0) this.#awaitMore();
      this.#lastByteMs = performance.now();
    }
    if (!this.#isLeft) onEvent(event);
  }

  #awaitMore(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#listen, LOOK_AGAIN_MS);
  }

  /** It was left behind to load the model, and begins to answer. */
  #return(): void {
    const { client, loads, isWelcomeBack, patienceMs } = this.#options;
    loads.ended(this.#controller);
    if (!isWelcomeBack()) {
      this.#controller.abort(leftBehind(client, patienceMs, "FIRST_BYTE_LATE"));
      return;
    }
    this.#isLeft = false;
    this.#back.resolve(true);
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
  return new BridgeError("OLLAMA_CONNECTION_FAILED", `${instance.name} sent ${what} within ${seconds} s`, {
    details: { endpoint: instance.url, errno },
    hint,
  });
}

/** What `error` says as an error of ours; the client throws nothing else but a caller's own reason. */
export function asBridgeError(error: unknown): BridgeError {
  if (isBridgeError(error)) return error;
  return new BridgeError("INTERNAL_ERROR", error instanceof Error ? error.message : String(error), {
    cause: error,
  });
}
