import type { Fleet } from "../registry/fleet.ts";
import type { InstanceStatus } from "../registry/fleet-state.ts";
import { type Instance, warningsOf } from "../registry/instance.ts";

/** An instance as `discover_instances` and `fleet://instances` show it. */
export interface InstanceView {
  name: string;
  url: string;
  host: string;
  port: number;
  local: boolean;
  /** Whether prompts go there. */
  routable: boolean;
  /** Why it is not routable. */
  reason?: string;
  region?: string;
  status: InstanceStatus;
  version: string | null;
  models: string[];
  model_count: number;
  loaded: { model: string; size_vram_bytes: number; expires_at: string | null }[];
  gpu: { count: number | null; source: string; vram_gb?: number };
  latency_ms: number | null;
  /** ISO 8601, UTC. */
  last_seen: string | null;
  error?: { code: string; message: string };
  /** What its lists had that could not be used. */
  warnings?: readonly string[];
}

function instanceView(instance: Instance, status: InstanceStatus): InstanceView {
  const { name, url, host, port, local, routable, whyUnused, region, version } = instance;
  const { latencyMs, lastSeenMs, problem } = instance;
  const warnings = warningsOf(instance);
  const { vramGb, ...gpu } = instance.gpu;
  return {
    name,
    url,
    host,
    port,
    local,
    routable,
    ...(whyUnused === undefined ? {} : { reason: whyUnused }),
    ...(region === undefined ? {} : { region }),
    status,
    version: version ?? null,
    models: [...instance.models.keys()],
    model_count: instance.models.size,
    loaded: [...instance.loaded.values()].map((model) => ({
      model: model.name,
      size_vram_bytes: model.sizeVramBytes,
      expires_at: model.expiresAt ?? null,
    })),
    gpu: { ...gpu, ...(vramGb === undefined ? {} : { vram_gb: vramGb }) },
    latency_ms: latencyMs === undefined ? null : round(latencyMs),
    last_seen: lastSeenMs === undefined ? null : isoTime(lastSeenMs),
    ...(problem === undefined ? {} : { error: { code: problem.code, message: problem.message } }),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

/** What keeps an instance's lists from being whole, a line each that begins with its name. */
export function listWarnings(instance: Instance): string[] {
  const { name, problem } = instance;
  const unread = problem === undefined ? [] : [`${problem.code}: ${problem.message}`];
  return [...unread, ...warningsOf(instance)].map((warning) => `${name}: ${warning}`);
}

/** The whole picture; `summary` without the figures of a scan. */
export function fleetView(fleet: Fleet) {
  const instances = fleet.instances.map((instance) =>
    instanceView(instance, fleet.statusOf(instance).status),
  );
  const local = instances.filter((instance) => instance.local).length;
  const models = new Set(instances.flatMap((instance) => instance.models)).size;
  return { instances, summary: { total: instances.length, local, remote: instances.length - local, models } };
}

/** A moment of `performance.now()` as the wall clock had it, ISO 8601. */
export function isoTime(momentMs: number): string {
  return new Date(Date.now() - (performance.now() - momentMs)).toISOString();
}

export const round = (value: number) => Math.round(value * 100) / 100;
