import { errorSummary } from "@ollama-bridge/foundation";
import { listedErrorData } from "@ollama-bridge/server-kit";
import * as z from "zod";
import type { Fleet } from "../registry/fleet.ts";
import { type InstanceStatus, instanceStatuses } from "../registry/fleet-state.ts";
import { type Instance, warningsOf } from "../registry/instance.ts";

/** What keeps an instance's lists from being whole. */
export const listWarningsData = () =>
  z.array(z.string()).readonly().exactOptional().describe("Entries of its lists that could not be used");

/** An instance as `discover_instances` and `fleet://instances` show it. */
export const instanceData = () =>
  z.strictObject({
    name: z.string().describe("Name of the instance"),
    url: z.string().describe("Its address"),
    host: z.string().describe("Host name or address"),
    port: z.int().describe("Port"),
    local: z.boolean().describe("Whether it is on this machine"),
    routable: z.boolean().describe("Whether prompts go there"),
    reason: z.string().exactOptional().describe("Why it is not routable"),
    region: z.string().exactOptional().describe("Region from the configuration"),
    status: z.enum(instanceStatuses).describe("How it is doing"),
    version: z.string().nullable().describe("Version of its server"),
    models: z.array(z.string()).describe("Names of the installed models"),
    model_count: z.int().describe("Number of installed models"),
    loaded: z
      .array(
        z.strictObject({
          model: z.string().describe("Name of the model"),
          size_vram_bytes: z.number().describe("GPU memory it takes"),
          expires_at: z.string().nullable().describe("When it leaves memory, ISO 8601"),
        }),
      )
      .describe("Models in memory"),
    gpu: z
      .strictObject({
        count: z.int().nullable().describe("Number of GPUs"),
        source: z.string().describe("How it is known: declared, nvidia-smi, inferred, unknown"),
        vram_gb: z.number().exactOptional().describe("Memory of all GPUs in GB"),
      })
      .describe("GPUs of the machine"),
    latency_ms: z.number().nullable().describe("Round trip, averaged"),
    last_seen: z.string().nullable().describe("When it last answered, ISO 8601"),
    error: listedErrorData().exactOptional().describe("Why it cannot be read now"),
    warnings: listWarningsData(),
  });

export type InstanceView = z.output<ReturnType<typeof instanceData>>;

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
    ...(problem === undefined ? {} : { error: errorSummary(problem) }),
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
