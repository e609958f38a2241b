import { type BridgeError, isBridgeError } from "../errors/bridge-error.ts";
import { foundationErrors } from "../errors/foundation-errors.ts";

/**
 * How a call ends early and what it tells meanwhile: the one shape that every call here takes.
 *
 * @example
 * import type { CallOptions } from "@ollama-bridge/foundation";
 *
 * const options: CallOptions<{ response?: string }> = {
 *   signal: new AbortController().signal,
 *   timeoutMs: 60_000,
 *   onEvent: ({ response = "" }) => process.stdout.write(response),
 * };
 */
export interface CallOptions<Event = never> {
  /** Cancels the call, which then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /**
   * Milliseconds from now until the call rejects with TIMEOUT_EXCEEDED. It covers queueing, loading, retries and
   * generation.
   * @default no deadline, unless the call says otherwise
   */
  timeoutMs?: number | undefined;
  /** Gets what happens during the call, as it happens. */
  onEvent?: ((event: Event) => void) | undefined;
}

/** Node fires a timer with a longer delay at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Returns the moment, on the clock of `performance.now()`, when so many milliseconds have passed. */
export function deadlineAfter(timeoutMs: number): number {
  return performance.now() + timeoutMs;
}

/** Returns the milliseconds until a deadline of `deadlineAfter`; 0 when it has passed. */
export function timeLeft(deadlineMs: number): number {
  return Math.max(0, Math.ceil(deadlineMs - performance.now()));
}

/**
 * Runs `work` with a signal that aborts when the caller's does or when the time is over. The timer and the listener are
 * gone when the work has ended, so a thousand calls on one signal leave nothing behind.
 * @throws BridgeError TIMEOUT_EXCEEDED when the deadline passes first; the signal's own reason when the caller aborts.
 */
export async function withDeadline<Result>(
  options: CallOptions,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const deadline = startDeadline(options);
  try {
    return await work(deadline.signal);
  } catch (error) {
    throw deadline.causeOf(error);
  } finally {
    deadline.end();
  }
}

/** A time that runs, for what does not come as one promise; who starts it ends it. */
interface Deadline {
  /** Aborts when the caller's does or when the time is over. */
  readonly signal: AbortSignal;
  /** What is to be thrown in place of an error that the abort made. */
  causeOf(error: unknown): unknown;
  end(): void;
}

/** What `withDeadline` does, in its parts. */
export function startDeadline({ signal, timeoutMs = Number.POSITIVE_INFINITY }: CallOptions): Deadline {
  if (timeoutMs === Number.POSITIVE_INFINITY && signal !== undefined)
    return { signal, causeOf: (error) => causeOf(error, signal), end: () => undefined };
  const controller = new AbortController();
  const abort = () => controller.abort(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort, { once: true });
  // After the process was stalled, timers run before pending input. Let an answer that has already arrived be read first.
  let afterInput: NodeJS.Immediate | undefined;
  const expire = () => {
    afterInput = setImmediate(() => controller.abort(timeoutExceeded(timeoutMs)));
  };
  const timer =
    timeoutMs === Number.POSITIVE_INFINITY
      ? undefined
      : setTimeout(expire, Math.min(timeoutMs, MAX_TIMER_MS));
  return {
    signal: controller.signal,
    causeOf: (error) => causeOf(error, controller.signal),
    end() {
      clearTimeout(timer);
      clearImmediate(afterInput);
      signal?.removeEventListener("abort", abort);
    },
  };
}

function timeoutExceeded(timeoutMs: number): BridgeError {
  return foundationErrors.create("TIMEOUT_EXCEEDED", `No complete answer within ${timeoutMs} ms`, {
    details: { timeoutMs, partial: "" },
  });
}

/** Whatever the abort made of the work in between, its reason is the answer; unless the work says it with more. */
function causeOf(error: unknown, { aborted, reason }: AbortSignal): unknown {
  if (!aborted) return error;
  return isBridgeError(error) && isBridgeError(reason) && error.code === reason.code ? error : reason;
}
