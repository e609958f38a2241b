import {
  type Catalog,
  type FleetView,
  installedName,
  type Tier,
  tierOf,
  tiers,
} from "@ollama-bridge/discovery";
import type { RoutingTable } from "../routing-table.ts";
import { fitOf } from "./model-fit.ts";

/** What the order of models is made from. */
export interface ModelLists {
  fleet: FleetView;
  table: RoutingTable;
  catalog: Catalog;
}

/** Models between which the cost decides, at most; the preferred ones come first. */
const GROUP_SIZE = 3;

/** Categories whose tasks need a model that can see. */
const NEEDS_VISION: readonly string[] = ["vision", "ocr"];

/**
 * The category's models that are installed, each a group of its own because their order is a promise; after them, for
 * when none of those can be used, the other installed models, those that suit the category best first. For pictures, only
 * models that can see are added.
 */
export function groupsOfCategory(category: string, tier: Tier, lists: ModelLists): string[][] {
  const listed = (lists.table.get(category)?.models ?? []).map((name) => installedName(lists.fleet, name));
  const installed = listed.filter((model) => lists.fleet.having(model).length > 0);
  const preferred = installed.length > 0 ? installed : listed;
  const others = withoutModels(groupsOfTier(category, tier, lists), preferred);
  const able = NEEDS_VISION.includes(category) ? seeing(others, lists.fleet) : others;
  return [...preferred.map((model) => [model]), ...able];
}

function seeing(groups: readonly string[][], fleet: FleetView): string[][] {
  const sees = (model: string) =>
    fleet.having(model).some(({ models }) => models.get(model)?.capabilities?.includes("vision"));
  return groups.map((group) => group.filter(sees)).filter((group) => group.length > 0);
}

/** All installed models: those of the tier first, then of the nearest; in a tier those that suit the category best. */
export function groupsOfTier(
  category: string,
  tier: Tier,
  { fleet, table, catalog }: ModelLists,
): string[][] {
  const ranked = new Map<number, string[]>();
  for (const model of fleet.modelNames()) {
    const installed = fleet.having(model)[0]?.models.get(model);
    if (installed === undefined) continue;
    const fit = fitOf(model, category, table, catalog);
    const distance = tierDistance(tierOf(installed, catalog.get(model)), tier);
    const rank = fit === 3 ? Number.MAX_SAFE_INTEGER : distance * 3 + fit;
    const equals = ranked.get(rank);
    if (equals === undefined) ranked.set(rank, [model]);
    else equals.push(model);
  }
  const ranks = [...ranked.keys()].sort((a, b) => a - b);
  return ranks.flatMap((rank) => chunks(ranked.get(rank) ?? []));
}

/** 0 for the same tier; of two neighbours the more powerful one is nearer. */
function tierDistance(tier: Tier, wanted: Tier): number {
  const steps = tiers.indexOf(tier) - tiers.indexOf(wanted);
  return steps >= 0 ? steps * 2 : -steps * 2 + 1;
}

function chunks(models: readonly string[]): string[][] {
  const groups: string[][] = [];
  for (let from = 0; from < models.length; from += GROUP_SIZE)
    groups.push(models.slice(from, from + GROUP_SIZE));
  return groups;
}

export function withoutModels(groups: readonly (readonly string[])[], taken: readonly string[]): string[][] {
  const left = groups.map((group) => group.filter((model) => !taken.includes(model)));
  return left.filter((group) => group.length > 0);
}
