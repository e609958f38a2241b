import type { AttemptObservation, Reservation } from "./fleet-state.ts";
import type { Instance } from "./instance.ts";

export interface LedgerOptions {
  now(): number;
  random(): number;
}

/** Takes a slot on an instance; everything that asks for load sees it at once. */
export function reserve(
  instance: Instance,
  model: string,
  expectedMs: number,
  { now }: LedgerOptions,
): Reservation {
  const startedMs = now();
  const pair = instance.pair(model);
  const reservation: Reservation = {
    instance,
    model,
    startedMs,
    expectedMs: Number.isFinite(expectedMs) && expectedMs > 0 ? expectedMs : 0,
    loading: !instance.loaded.has(model),
    release() {
      if (!pair.reservations.delete(reservation)) return;
      instance.reservations.delete(reservation);
      // What is released without an observation was no probe after all.
      instance.breaker.abandoned(startedMs);
      pair.breaker.abandoned(startedMs);
      instance.noteStatus();
      instance.releaseIfIdle();
    },
  };
  pair.reservations.add(reservation);
  instance.reservations.add(reservation);
  instance.breaker.started(startedMs);
  pair.breaker.started(startedMs);
  instance.lastUsedMs = startedMs;
  instance.noteStatus();
  return reservation;
}

/** Learns from one attempt: breakers, failure rates, speeds, cooldown. */
export function observe(
  instance: Instance,
  attempt: AttemptObservation,
  { now, random }: LedgerOptions,
): void {
  const nowMs = now();
  const { startedMs, outcome } = attempt;
  const pair = instance.pair(attempt.model);
  instance.lastUsedMs = nowMs;
  if (outcome === "answered") {
    instance.breaker.succeeded(startedMs, nowMs);
    pair.breaker.succeeded(startedMs, nowMs);
    pair.history.add({ atMs: nowMs, ...attempt });
    instance.seen(attempt.roundTripMs);
    instance.problem = undefined;
  }
  const failed = outcome === "refused" || outcome === "unreachable" || outcome === "server-error";
  if (failed) {
    instance.breaker.failed(startedMs, nowMs, random(), outcome === "refused");
    // That nothing listens is no news of the model.
    if (outcome !== "refused") pair.breaker.failed(startedMs, nowMs, random());
  }
  if (failed || outcome === "answered") {
    instance.failures.attempted(failed, nowMs);
    pair.history.attempted(failed, nowMs);
  }
  const { retryAfterMs } = attempt;
  if (outcome === "busy" && retryAfterMs !== undefined && retryAfterMs > 0 && Number.isFinite(retryAfterMs))
    instance.cooldownUntilMs = Math.max(instance.cooldownUntilMs, nowMs + retryAfterMs);
  instance.noteStatus();
}
