import type { Demand } from "../decision/demand.ts";
import type { Rule } from "./policy-rules.ts";

export interface OpenedRules {
  demand: Demand;
  kept: readonly Rule[];
  warnings: string[];
}

/**
 * The demand under the rules. Where they leave nothing that could be chosen, the last of them that is not hard is
 * dropped, then the one before it; if that does not help either, all of them stay.
 */
export function underRules(
  demand: Demand,
  rules: readonly Rule[],
  fits: (demand: Demand) => boolean,
): OpenedRules {
  const governed = withRules(demand, rules);
  if (rules.length === 0 || fits(governed)) return { demand: governed, kept: rules, warnings: [] };
  let kept = rules;
  const warnings: string[] = [];
  for (const rule of rules.filter(({ hard }) => !hard).toReversed()) {
    kept = kept.filter((other) => other !== rule);
    warnings.push(`The policy ${rule.name} matches nothing that is installed; it was not applied.`);
    const opened = withRules(demand, kept);
    if (fits(opened)) return { demand: opened, kept, warnings };
  }
  return { demand: governed, kept: rules, warnings: [] };
}

function withRules(demand: Demand, rules: readonly Rule[]): Demand {
  if (rules.length === 0) return demand;
  return {
    ...demand,
    forbids(instance, model) {
      for (const rule of rules) {
        const reason = rule.forbids(instance, model);
        if (reason !== undefined) return reason;
      }
      return demand.forbids?.(instance, model);
    },
  };
}
