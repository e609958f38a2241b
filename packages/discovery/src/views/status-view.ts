import * as z from "zod";
import type { Fleet } from "../registry/fleet.ts";
import { instanceStatuses } from "../registry/fleet-state.ts";
import { type Instance, warningsOf } from "../registry/instance.ts";
import { isoTime, listWarningsData, round } from "./instance-view.ts";

/** How an instance is doing, as `fleet_status` shows it. */
export const statusData = () =>
  z.strictObject({
    name: z.string().describe("Name of the instance"),
    routable: z.literal(false).exactOptional().describe("Present where prompts do not go there"),
    reason: z.string().exactOptional().describe("Why it is not routable"),
    status: z.enum(instanceStatuses).describe("How it is doing"),
    in_flight: z.int().describe("Requests of this server under way there"),
    queue_estimate_s: z.number().describe("Expected remaining seconds of them per parallel slot"),
    latency_ms: z.number().nullable().describe("Round trip, averaged"),
    tokens_per_second: z.record(z.string(), z.number()).describe("Measured lately, by model"),
    error_rate: z.number().describe("Share of failed requests lately, 0 to 1"),
    breaker: z.enum(["closed", "open", "half-open"]).describe("State of its circuit breaker"),
    since: z.string().describe("Since when it has this status, ISO 8601"),
    warnings: listWarningsData(),
  });

export type StatusView = z.output<ReturnType<typeof statusData>>;

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
