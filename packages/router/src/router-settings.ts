import { canonicalName } from "@ollama-bridge/core-client";
import { type Catalog, createCatalog } from "@ollama-bridge/discovery";
import type { RoutingConfig } from "./config.ts";
import type { ChoiceSettings } from "./decision/scorer.ts";
import { capabilitiesOf } from "./plan.ts";
import { createRoutingTable, type RoutingTable } from "./routing-table.ts";

/** What the operator decided, ready for use. */
export interface RouterSettings {
  table: RoutingTable;
  catalog: Catalog;
  choice: ChoiceSettings;
  policies: RoutingConfig["policies"];
  experiments: RoutingConfig["experiments"];
  autoPull: RoutingConfig["auto_pull"];
  /** US dollars a million tokens of the model that delegates. */
  clientPricePerMtok: number;
}

/** As many generations at once as `limits.max_concurrent_requests` allows by default. */
const MAX_IN_FLIGHT = 5;

/** Makes settings of the section `routing`. `maxInFlight`: concurrent generations per instance. */
export function routerSettings(routing: RoutingConfig, maxInFlight = MAX_IN_FLIGHT): RouterSettings {
  const { categories, weights, policies, experiments, prices } = routing;
  const catalog = createCatalog(routing.catalog);
  const priceOf = new Map(Object.entries(prices));
  const modelPrice = new Map(Object.entries(prices).map(([name, price]) => [canonicalName(name), price]));
  return {
    table: createRoutingTable(categories),
    catalog,
    choice: {
      maxInFlight,
      weights,
      pricePerMtok: ({ name, pricePerMtok }, model) =>
        modelPrice.get(model.name) ?? priceOf.get(name) ?? pricePerMtok ?? 0,
      capabilitiesOf: (model) => capabilitiesOf(model, { catalog }),
    },
    policies,
    experiments,
    autoPull: routing.auto_pull,
    clientPricePerMtok: priceOf.get("client") ?? 0,
  };
}
