import type { Instance } from "./instance.ts";

/** Something that changed in the fleet; `instance` is a name. */
export type FleetChange =
  | {
      type: "instance-found" | "instance-gone" | "instance-up" | "instance-down" | "models-changed";
      instance: string;
    }
  | { type: "model-loaded" | "model-unloaded"; instance: string; model: string };

/** Receives what changes in the fleet. */
export type ChangeListener = (change: FleetChange) => void;

/** Lists what changed between two snapshots of one instance. */
export function changesBetween(before: Instance, after: Instance): FleetChange[] {
  const { name: instance } = after;
  const changes: FleetChange[] = [];
  if (modelsDiffer(before, after)) changes.push({ type: "models-changed", instance });
  for (const model of namesIn(after, before)) changes.push({ type: "model-loaded", instance, model });
  for (const model of namesIn(before, after)) changes.push({ type: "model-unloaded", instance, model });
  if (!before.reachable && after.reachable) changes.push({ type: "instance-up", instance });
  // A scanned one that does not answer is gone.
  if (before.reachable && !after.reachable && after.spec.origin === "configured")
    changes.push({ type: "instance-down", instance });
  return changes;
}

/** Models loaded in one of two snapshots and not in the other. */
function namesIn({ loaded: those }: Instance, { loaded: others }: Instance): string[] {
  return those === others ? [] : [...those.keys()].filter((name) => !others.has(name));
}

function modelsDiffer(before: Instance, after: Instance): boolean {
  if (before.whyUnused !== after.whyUnused) return true;
  if (before.models === after.models) return false;
  if (before.models.size !== after.models.size) return true;
  return [...after.models.values()].some(({ name, digest }) => before.models.get(name)?.digest !== digest);
}
