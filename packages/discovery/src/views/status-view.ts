import type { Fleet } from "../registry/fleet.ts";
import type { InstanceStatus } from "../registry/fleet-state.ts";
import { type Instance, warningsOf } from "../registry/instance.ts";
import { isoTime, round } from "./instance-view.ts";

/** How an instance is doing, as `fleet_status` shows it. */
export interface StatusView {
  name: string;
  /** Present where prompts do not go there. */
  routable?: false;
  reason?: string;
  status: InstanceStatus;
  in_flight: number;
  /** Expected remaining seconds of our work there, per parallel slot. */
  queue_estimate_s: number;
  latency_ms: number | null;
  /** Measured lately, by model. */
  tokens_per_second: Record<string, number>;
  /** 0 to 1. */
  error_rate: number;
  breaker: "closed" | "open" | "half-open";
  /** Since when the status is what it is; ISO 8601, UTC. */
  since: string;
  /** What its lists had that could not be used. */
  warnings?: readonly string[];
}

export function statusView(instance: Instance, fleet: Fleet): StatusView {
  const nowMs = performance.now();
  const { status, sinceMs } = fleet.statusOf(instance);
  const warnings = warningsOf(instance);
  const work = fleet.workAt(instance);
  const leftMs = work.reduce(
    (sum, { expectedMs, startedMs }) => sum + Math.max(0, expectedMs - (nowMs - startedMs)),
    0,
  );
  const speeds = [...instance.pairs].flatMap(([model, { history }]) => {
    const { decodeTps } = history.estimate(nowMs);
    return decodeTps === undefined ? [] : [[model, Math.round(decodeTps * 10) / 10] as const];
  });
  return {
    name: instance.name,
    ...(instance.whyUnused === undefined ? {} : { routable: false, reason: instance.whyUnused }),
    status,
    in_flight: work.length,
    queue_estimate_s: round(leftMs / 1000 / instance.maxParallel),
    latency_ms: instance.latencyMs === undefined ? null : round(instance.latencyMs),
    tokens_per_second: Object.fromEntries(speeds),
    error_rate: round(instance.failures.at(nowMs) ?? 0),
    breaker: instance.breaker.state(nowMs),
    since: isoTime(sinceMs),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}
