import { type BridgeError, isBridgeError } from "../errors/bridge-error.ts";
import { foundationErrors } from "../errors/foundation-errors.ts";

/** Who may end a call early, and when it ends by itself. */
export interface CallLimits {
  signal?: AbortSignal | undefined;
  /** A moment on the clock of `performance.now()`; it covers queueing, loading, retries and generation. */
  deadlineMs?: number | undefined;
}

export function deadlineAfter(timeoutMs: number): number {
  return performance.now() + timeoutMs;
}

/**
 * Runs `work` with a signal that aborts when the caller's does or at the deadline. The timer and the listener are
 * gone when the work has ended, so a thousand calls on one signal leave nothing behind.
 * @throws BridgeError TIMEOUT_EXCEEDED when the deadline passes first; the signal's own reason when the caller aborts.
 */
export async function withDeadline<Result>(
  { signal, deadlineMs }: CallLimits,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const abort = () => controller.abort(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort, { once: true });
  let timer: NodeJS.Timeout | undefined;
  if (deadlineMs !== undefined) {
    const timeoutMs = Math.max(0, Math.ceil(deadlineMs - performance.now()));
    timer = setTimeout(() => controller.abort(timeoutExceeded(timeoutMs)), timeoutMs);
  }
  try {
    return await work(controller.signal);
  } catch (error) {
    throw controller.signal.aborted ? inPlaceOf(error, controller.signal.reason) : error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

function timeoutExceeded(timeoutMs: number): BridgeError {
  return foundationErrors.create("TIMEOUT_EXCEEDED", `No complete answer within ${timeoutMs} ms`, {
    details: { timeoutMs, partial: "" },
  });
}

/** Whatever the abort made of the work in between, its reason is the answer; unless the work says it with more. */
function inPlaceOf(error: unknown, reason: unknown): unknown {
  return isBridgeError(error) && isBridgeError(reason) && error.code === reason.code ? error : reason;
}
