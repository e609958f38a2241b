import { coreErrors, isSameModel } from "@ollama-bridge/core-client";
import type { InstanceState } from "@ollama-bridge/discovery";
import type { BridgeError } from "@ollama-bridge/foundation";
import type { RoutePlan } from "./plan.ts";
import type { PrepareLimits } from "./prepared-route.ts";
import type { RouterSettings } from "./router-settings.ts";
import type { RouterState } from "./router-state.ts";

/** How far a pull has come, told among the events of a run. */
export interface PullingEvent {
  type: "pulling";
  instance: string;
  model: string;
  /** Bytes. */
  completed: number;
  total: number;
}

/**
 * Pulls the model that is missing, when the operator allows it: the one named, else the first of the category's that
 * may be pulled. False when there is none. Callers who want the same model wait for one pull.
 * @throws BridgeError of the pull; OLLAMA_PROCESSING_ERROR when it is larger than allowed or the disk is full.
 */
export async function pullMissing(
  state: RouterState,
  plan: RoutePlan,
  limits: PrepareLimits,
): Promise<boolean> {
  const { fleet, settings, pulls } = state;
  const wanted = plan.named === undefined ? (settings.table.get(plan.category)?.models ?? []) : [plan.named];
  const model = wanted.find((name) => mayPull(settings, name));
  const instance = fleet.instances.find((each) => mayPullOn(each, settings.autoPull.instances, plan));
  if (model === undefined || instance === undefined) return false;
  const { client } = instance;
  const tooLarge = new AbortController();
  const onProgress = ({ completed, total }: { completed: number; total: number }) => {
    const event: PullingEvent = { type: "pulling", instance: instance.name, model, completed, total };
    // The runner's events are of fewer kinds; who listens shows a kind it does not know by its name.
    (limits.onEvent as ((event: PullingEvent) => void) | undefined)?.(event);
    if (total > settings.autoPull.max_size_gb * 1e9)
      tooLarge.abort(largerThanAllowed(model, total, settings.autoPull));
  };
  const signal = AbortSignal.any([limits.signal, tooLarge.signal]);
  try {
    await pulls.pull(client, { model }, { signal, onEvent: onProgress });
  } catch (error) {
    throw diskFull(error, model, instance) ?? error;
  }
  await fleet.look({ fresh: "models" });
  return true;
}

/** Whether the operator allows the model to be pulled when it is missing. */
export function mayPull({ autoPull: { enabled, models } }: RouterSettings, model: string): boolean {
  return enabled && models.some((name) => isSameModel(name, model));
}

function mayPullOn(instance: InstanceState, names: readonly string[], { demand }: RoutePlan): boolean {
  if (!instance.routable || instance.draining || !instance.reachable) return false;
  if (demand.localOnly && !instance.private) return false;
  return names.length > 0 ? names.includes(instance.name) : instance.local;
}

function largerThanAllowed(
  model: string,
  bytes: number,
  { max_size_gb: limit }: { max_size_gb: number },
): BridgeError {
  const size = (bytes / 1e9).toFixed(1);
  return coreErrors.create(
    "OLLAMA_PROCESSING_ERROR",
    `${model} has ${size} GB, at most ${limit} GB may be pulled`,
    {
      hint: "Pull it by hand, or raise routing.auto_pull.max_size_gb.",
    },
  );
}

function diskFull(error: unknown, model: string, { name }: InstanceState): BridgeError | undefined {
  if (!coreErrors.is(error, "OLLAMA_PROCESSING_ERROR") || error.details?.cause !== "disk-full")
    return undefined;
  return coreErrors.create(
    "OLLAMA_PROCESSING_ERROR",
    `The disk of ${name} is full: ${model} cannot be pulled`,
    {
      hint: "Delete models that are not needed (ollama rm), then call again.",
      cause: error,
    },
  );
}
