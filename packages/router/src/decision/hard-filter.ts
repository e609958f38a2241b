import type { InstalledModel, InstanceState } from "@ollama-bridge/discovery";
import type { Capability, Demand, Rejection } from "./demand.ts";

/** Estimates of tokens err by a third; only what surely does not fit is kept from the server that counts exactly. */
const SURELY = 0.65;

type Reason = Pick<Rejection, "code" | "reason">;

/** Why this model on this instance can never answer the demand; `undefined` when it can. */
export function hardReason(
  instance: InstanceState,
  installed: InstalledModel | undefined,
  demand: Demand,
  capabilitiesOf: (model: InstalledModel) => readonly string[] | undefined,
): Reason | undefined {
  if (installed === undefined) return { code: "unavailable", reason: "not installed" };
  if (!instance.routable) return { code: "unnamed", reason: instance.whyUnused ?? "not used" };
  if (demand.localOnly && installed.cloud === undefined)
    return { code: "privacy", reason: "its server does not tell whether it runs in Ollama's cloud" };
  if (demand.localOnly && installed.cloud) return { code: "privacy", reason: "runs in Ollama's cloud" };
  if (demand.localOnly && !instance.private) return { code: "privacy", reason: "not a private machine" };
  if (instance.draining) return { code: "unavailable", reason: "draining" };
  return (
    capabilityReason(capabilitiesOf(installed), demand.needs) ??
    contextReason(installed, demand) ??
    memoryReason(instance, installed) ??
    forbidden(instance, installed, demand)
  );
}

/** A server that tells no capabilities is taken at its word only when it refuses. */
function capabilityReason(
  capabilities: readonly string[] | undefined,
  needs: readonly Capability[],
): Reason | undefined {
  if (capabilities === undefined) return undefined;
  for (const need of needs) {
    if (!capabilities.includes(need)) return { code: "capability", reason: `cannot do ${need}` };
  }
  return undefined;
}

function contextReason({ contextLength }: InstalledModel, { promptTokens }: Demand): Reason | undefined {
  if (contextLength === undefined || promptTokens * SURELY <= contextLength) return undefined;
  return { code: "context", reason: `about ${promptTokens} tokens, its context has ${contextLength}` };
}

function memoryReason({ gpu }: InstanceState, { cloud, sizeBytes }: InstalledModel): Reason | undefined {
  if (gpu.source !== "declared" || gpu.vramGb === undefined || cloud) return undefined;
  if (sizeBytes <= gpu.vramGb * 1e9) return undefined;
  return { code: "memory", reason: `${(sizeBytes / 1e9).toFixed(1)} GB, declared are ${gpu.vramGb} GB` };
}

function forbidden(
  instance: InstanceState,
  { name }: InstalledModel,
  { forbids }: Demand,
): Reason | undefined {
  const reason = forbids?.(instance, name);
  return reason === undefined ? undefined : { code: "forbidden", reason };
}
