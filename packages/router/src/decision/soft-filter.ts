import type { InstanceState, PairState } from "@ollama-bridge/discovery";
import type { SoftReason } from "./demand.ts";

/** What the soft filter measures a candidate by. */
export interface SoftLimits {
  nowMs: number;
  /** In [0, 1): which of the calls to a recovering instance this is. */
  roll: number;
  maxInFlight: number;
  timeLeftS: number | undefined;
}

/** The worst reason to take this pair only when nothing better is left. */
export function softReason(
  instance: InstanceState,
  pair: PairState,
  load: { expectedS: number; inFlight: number },
  { nowMs, roll, maxInFlight, timeLeftS }: SoftLimits,
): SoftReason | undefined {
  if (!instance.reachable) return "down";
  if (!instance.breaker.admits(nowMs, roll) || !pair.breaker.admits(nowMs, roll)) return "breaker";
  if (instance.cooldownUntilMs > nowMs) return "cooldown";
  if (load.inFlight >= maxInFlight) return "full";
  if (timeLeftS !== undefined && load.expectedS > timeLeftS) return "slow";
  return undefined;
}
