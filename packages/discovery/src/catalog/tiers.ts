import type { InstalledModel } from "../registry/fleet-state.ts";

/** The tiers, the fastest first. */
export const tiers = ["fast", "balanced", "powerful"] as const;
/** How fast a model is expected to be, by its size. */
export type Tier = (typeof tiers)[number];

const FAST_BELOW_BYTES = 3e9;
const BALANCED_UP_TO_BYTES = 10e9;

/** Returns the catalog's tier, else one by size on disk; a model in the cloud counts as powerful. */
export function tierOf(
  model: Pick<InstalledModel, "sizeBytes" | "cloud">,
  entry?: { tier?: Tier | undefined },
): Tier {
  if (entry?.tier !== undefined) return entry.tier;
  if (model.cloud) return "powerful";
  if (model.sizeBytes < FAST_BELOW_BYTES) return "fast";
  return model.sizeBytes <= BALANCED_UP_TO_BYTES ? "balanced" : "powerful";
}
