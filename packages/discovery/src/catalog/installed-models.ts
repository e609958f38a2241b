import {
  canonicalName,
  isCloudName,
  type LoadedModel,
  type ModelSummary,
  type ShowResponse,
} from "@ollama-bridge/core-client";
import { sha256 } from "@ollama-bridge/foundation";
import type { InstalledModel, LoadedState } from "../registry/fleet-state.ts";

/** What `/api/show` adds where `/api/tags` does not tell. */
export interface ModelFacts {
  capabilities?: readonly string[] | undefined;
  contextLength?: number | undefined;
  /** It runs in the cloud. */
  cloud?: boolean | undefined;
}

/** By what the facts of one server are kept: models of one digest are one, those without a digest each their own. */
export function contentOf({ digest, name }: Pick<InstalledModel, "digest" | "name">): string {
  return digest === "" ? name : digest;
}

/** The answer of `/api/tags` by canonical name. `facts`: what this same server told before, by content. */
export function installedModels(
  list: readonly ModelSummary[],
  facts: ReadonlyMap<string, ModelFacts>,
): Map<string, InstalledModel> {
  const pointers = new Set(list.filter(isPointer).map(({ digest }) => digest));
  const models = new Map<string, InstalledModel>();
  for (const entry of list) {
    const name = canonicalName(entry.name);
    const digest = entry.digest ?? "";
    const known = facts.get(contentOf({ name, digest }));
    const capabilities = joined(entry.capabilities, known?.capabilities);
    const contextLength = entry.details.context_length ?? known?.contextLength;
    const { parameter_size: parameterSize, quantization_level: quantization, family } = entry.details;
    models.set(name, {
      name,
      digest,
      sizeBytes: entry.size ?? 0,
      ...(capabilities === undefined ? {} : { capabilities }),
      ...(contextLength === undefined ? {} : { contextLength }),
      ...(parameterSize ? { parameterSize } : {}),
      ...(quantization ? { quantization } : {}),
      ...(family ? { family } : {}),
      // A server that lists capabilities lists where a model runs, too.
      cloud:
        isPointer(entry) ||
        Boolean(entry.digest && pointers.has(entry.digest)) ||
        (known?.cloud ?? (entry.capabilities === undefined ? undefined : false)),
    });
  }
  return models;
}

/** What a list tells and what the description of the model adds. */
export function joined(
  listed: readonly string[] | undefined,
  described: readonly string[] | undefined,
): readonly string[] | undefined {
  if (listed === undefined || described === undefined) return listed ?? described;
  return [...new Set([...listed, ...described])];
}

function isPointer(entry: ModelSummary): boolean {
  return isRemote(entry) || isCloudName(entry.name);
}

/** Whether a server says that a model runs elsewhere. */
export function isRemote(told: Pick<ShowResponse, "remote_host" | "remote_model">): boolean {
  return Boolean(told?.remote_host || told?.remote_model);
}

/** The answer of `/api/ps` by canonical name, its wall-clock times moved to the clock of `performance.now()`. */
export function loadedModels(
  list: readonly LoadedModel[],
  clock: { nowMs: number; wallMs: number },
): Map<string, LoadedState> {
  const loaded = new Map<string, LoadedState>();
  for (const { name: told, digest = "", size_vram, context_length, expires_at } of list) {
    const name = canonicalName(told);
    loaded.set(name, {
      name,
      digest,
      sizeVramBytes: size_vram ?? 0,
      ...(context_length === undefined ? {} : { contextLength: context_length }),
      expiresAtMs:
        expires_at === undefined
          ? Number.POSITIVE_INFINITY
          : clock.nowMs + Date.parse(expires_at) - clock.wallMs,
      ...(expires_at === undefined ? {} : { expiresAt: expires_at }),
    });
  }
  return loaded;
}

/** The same for two servers only if they have the same version and the same models, modified at the same moments. */
export function fingerprint(version: string, list: readonly ModelSummary[]): string | undefined {
  if (list.length === 0) return undefined;
  const models = list.map(({ name, digest, modified_at }) => [name, digest, modified_at].join(" ")).sort();
  return sha256([version, ...models].join("\n")).toString("base64url");
}
