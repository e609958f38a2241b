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
  onEvent(event: RunEvent): void;
  loads: DetachedLoads;
  /** Called when the request stays behind to load its model; the promise resolves when it has ended. */
  onDetach(ended: Promise<void>): void;
}

/**
 * Runs the request on the chosen instance. When the first byte is late it is left; if its model is being loaded, the
 * request stays behind, detached, until the load is done: closing it would abort the load.
 * @throws BridgeError; OLLAMA_CONNECTION_FAILED with errno FIRST_BYTE_LATE when it was left.
 */
export function attempt<Result>(options: AttemptOptions<Result>): Promise<Result> {
  const { client, work, signal, patienceMs, onEvent, loads, onDetach } = options;
  const controller = new AbortController();
  let left = false;
  const forward = () => {
    // A call whose time is up must not take the load down that it left behind; one that is cancelled takes all.
    if (!left || !isBridgeError(signal.reason)) controller.abort(signal.reason);
  };
  if (signal.aborted) forward();
  signal.addEventListener("abort", forward, { once: true });
  const { promise: late, reject } = Promise.withResolvers<never>();
  late.catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  const leave = () => {
    left = true;
    const error = firstByteLate(client, patienceMs);
    if (work.reservation.loading) {
      loads.keep(controller);
      onDetach(ended);
    } else controller.abort(error);
    reject(error);
  };
  const watch = () => {
    clearTimeout(timer);
    if (Number.isFinite(patienceMs)) timer = setTimeout(leave, Math.min(patienceMs, MAX_TIMER_MS));
  };
  const take = (event: RunEvent) => {
    // A second "loading" is the same prompt with a larger context: a load of its own.
    if (event.type === "loading" && !left) watch();
    if (event.type === "generating") {
      clearTimeout(timer);
      work.firstByteMs ??= performance.now();
      work.reservation.loading = false;
      // It was left behind to load the model; its answer is of no use any more.
      if (left) controller.abort(firstByteLate(client, patienceMs));
    }
    if (!left) onEvent(event);
  };
  watch();
  const run = options.run({ signal: controller.signal, onEvent: take });
  const settled = () => {
    clearTimeout(timer);
    signal.removeEventListener("abort", forward);
    loads.ended(controller);
  };
  const ended = run.then(settled, settled);
  return Promise.race([run, late]);
}

/** Longer timers fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

function firstByteLate({ instance }: OllamaClient, patienceMs: number): BridgeError {
  const seconds = Math.round(patienceMs / 100) / 10;
  return new BridgeError("OLLAMA_CONNECTION_FAILED", `${instance.name} sent nothing within ${seconds} s`, {
    details: { endpoint: instance.url, errno: "FIRST_BYTE_LATE" },
    hint: "It may be loading the model still; ask again in a moment, or look at fleet_status.",
  });
}

/** What `error` says as an error of ours; the client throws nothing else but a caller's own reason. */
export function asBridgeError(error: unknown): BridgeError {
  if (isBridgeError(error)) return error;
  return new BridgeError("INTERNAL_ERROR", error instanceof Error ? error.message : String(error), {
    cause: error,
  });
}
