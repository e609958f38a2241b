import {
  canonicalName,
  type LoadedModel,
  type ModelInfo,
  type ModelSummary,
} from "@ollama-bridge/core-client";
import type { InstalledModel, LoadedState } from "./fleet-state.ts";

/** What `/api/show` adds where `/api/tags` does not tell; the same for every copy of a digest. */
export interface ModelFacts {
  capabilities?: readonly string[] | undefined;
  contextLength?: number | undefined;
}

/**
 * The answer of `/api/tags` by canonical name. Entries without a name are left out. `clouds` tells by digest what the
 * server said in `/api/show` of a model's being in the cloud.
 */
export function installedModels(
  list: readonly ModelSummary[],
  facts: ReadonlyMap<string, ModelFacts>,
  clouds: ReadonlyMap<string, boolean> = new Map(),
): Map<string, InstalledModel> {
  const pointers = new Set(list.filter(isPointer).map(({ digest }) => digest));
  const models = new Map<string, InstalledModel>();
  for (const entry of list) {
    if (typeof entry?.name !== "string") continue;
    const name = canonicalName(entry.name);
    const known = facts.get(entry.digest);
    const capabilities = entry.capabilities ?? known?.capabilities;
    const contextLength = entry.details?.context_length ?? known?.contextLength;
    const { parameter_size: parameterSize, quantization_level: quantization, family } = entry.details ?? {};
    models.set(name, {
      name,
      digest: entry.digest ?? "",
      sizeBytes: Number.isFinite(entry.size) ? entry.size : 0,
      ...(capabilities === undefined ? {} : { capabilities }),
      ...(contextLength === undefined ? {} : { contextLength }),
      ...(parameterSize ? { parameterSize } : {}),
      ...(quantization ? { quantization } : {}),
      ...(family ? { family } : {}),
      // A server that lists capabilities lists where a model runs, too.
      cloud:
        isPointer(entry) ||
        Boolean(entry.digest && pointers.has(entry.digest)) ||
        (clouds.get(entry.digest) ?? (entry.capabilities === undefined ? undefined : false)),
    });
  }
  return models;
}

function isPointer(entry: ModelSummary): boolean {
  return isRemote(entry) || /(:|-)cloud(:latest)?$/i.test(entry?.name);
}

/** Whether a server says that a model runs elsewhere. */
export function isRemote(told: Pick<ModelInfo, "remote_host" | "remote_model">): boolean {
  return Boolean(told?.remote_host || told?.remote_model);
}

/** The answer of `/api/ps` by canonical name, its wall-clock times moved to the clock of `performance.now()`. */
export function loadedModels(
  list: readonly LoadedModel[],
  clock: { nowMs: number; wallMs: number },
): Map<string, LoadedState> {
  const loaded = new Map<string, LoadedState>();
  for (const entry of list) {
    if (typeof entry?.name !== "string") continue;
    const name = canonicalName(entry.name);
    const expires = Date.parse(entry.expires_at);
    loaded.set(name, {
      name,
      digest: entry.digest ?? "",
      sizeVramBytes: entry.size_vram ?? 0,
      ...(entry.context_length === undefined ? {} : { contextLength: entry.context_length }),
      expiresAtMs: Number.isNaN(expires) ? Number.POSITIVE_INFINITY : clock.nowMs + expires - clock.wallMs,
      expiresAt: entry.expires_at,
    });
  }
  return loaded;
}

/** The same for two servers only if they have the same version and the same models, modified at the same moments. */
export function fingerprint(version: string, list: readonly ModelSummary[]): string | undefined {
  if (list.length === 0) return undefined;
  const models = list.map(({ name, digest, modified_at }) => [name, digest, modified_at].join(" ")).sort();
  return [version, ...models].join("\n");
}
