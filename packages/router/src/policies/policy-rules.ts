import { canonicalName, isSameModel } from "@ollama-bridge/core-client";
import { type Catalog, type InstanceState, tierOf } from "@ollama-bridge/discovery";
import { holds, type Occasion } from "./conditions.ts";
import type { Policy } from "./policy-schema.ts";

/** One rule that applies to a request. */
export interface Rule {
  name: string;
  /** Never opened. */
  hard: boolean;
  /** Keeps the request on private machines. */
  isPrivate: boolean;
  /** Models that it names for use. */
  models: readonly string[];
  /** Why it keeps this pair out; `undefined` when it does not. */
  forbids(instance: InstanceState, model: string): string | undefined;
}

type Targets = NonNullable<Policy["use"]>;

/**
 * The rules of the policies that apply, in their order. What keeps something back looks at everything that would leave; what
 * only prefers looks at the prompt. What is forbidden stays forbidden to a model that was named.
 */
export function rulesFor(
  policies: readonly Policy[],
  occasion: Occasion,
  { catalog, isNamed }: { catalog: Catalog; isNamed: boolean },
): Rule[] {
  return policies
    .filter(({ when, use, forbid }) =>
      use?.privacy === undefined && forbid === undefined
        ? holds(when, occasion)
        : holds(when, occasion, occasion.texts),
    )
    .map(({ name, use = {}, forbid }) => ({
      name,
      hard: use.privacy !== undefined || (isNamed && forbid !== undefined),
      isPrivate: use.privacy !== undefined,
      models: use.models?.map(canonicalName) ?? [],
      forbids(instance, model) {
        const outside = checks(use, instance, model, catalog).some((fits) => !fits);
        const exposed =
          use.privacy !== undefined && (!instance.private || instance.models.get(model)?.cloud !== false);
        const named = forbid !== undefined && checks(forbid, instance, model, catalog).some((fits) => fits);
        return outside || exposed || named ? `forbidden by the policy ${name}` : undefined;
      },
    }));
}

/** For each kind of target that is named: whether the pair is among them. */
function checks(targets: Targets, instance: InstanceState, model: string, catalog: Catalog): boolean[] {
  const { models, instances, regions, tags, tier } = targets;
  const results: boolean[] = [];
  if (models !== undefined) results.push(models.some((name) => isSameModel(name, model)));
  if (instances !== undefined) results.push(instances.includes(instance.name));
  if (regions !== undefined) results.push(instance.region !== undefined && regions.includes(instance.region));
  if (tags !== undefined) results.push(instance.tags.some((tag) => tags.includes(tag)));
  const installed = instance.models.get(model);
  if (tier !== undefined && installed !== undefined)
    results.push(tierOf(installed, catalog.get(model)) === tier);
  return results;
}
