import type { InstanceStatus } from "./fleet-state.ts";
import type { Instance } from "./instance.ts";

/** An instance that fails more often than this is degraded. */
const DEGRADED_RATE = 0.3;

/** Says how an instance is doing at a moment with so many of our attempts under way. */
export function statusAt(instance: Instance, nowMs: number, inFlight: number): InstanceStatus {
  if (instance.reachable !== true) return "down";
  const failureRate = instance.failures.at(nowMs) ?? 0;
  const fails = instance.breaker.state(nowMs) !== "closed" || instance.problem !== undefined;
  if (fails || failureRate > DEGRADED_RATE) return "degraded";
  if (nowMs < instance.cooldownUntilMs || inFlight >= instance.maxParallel) return "busy";
  return "healthy";
}

/** How an instance is doing, and since when, in ms on the monotonic clock. */
export interface StatusSince {
  readonly status: InstanceStatus;
  readonly sinceMs: number;
}

/** Remembers since when each instance has the status that it has. */
export class StatusLog {
  readonly #byInstance = new Map<string, StatusSince>();

  /** Notes the status of now. */
  note(id: string, status: InstanceStatus, nowMs: number): StatusSince {
    const known = this.#byInstance.get(id);
    if (known?.status === status) return known;
    const noted = { status, sinceMs: nowMs };
    this.#byInstance.set(id, noted);
    return noted;
  }
}
