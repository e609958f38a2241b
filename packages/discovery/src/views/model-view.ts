import { modelNotFound } from "@ollama-bridge/core-client";
import { visibleLine } from "@ollama-bridge/foundation";
import * as z from "zod";
import { installedName } from "../catalog/installed-name.ts";
import { tierOf, tiers } from "../catalog/tiers.ts";
import type { DiscoveryDependencies } from "../discovery-dependencies.ts";
import type { InstalledModel } from "../registry/fleet-state.ts";

/** A model as `list_models` and `fleet://models/{name}` show it. */
export const modelData = () =>
  z.strictObject({
    size_bytes: z.number().describe("Size on disk"),
    tier: z.enum(tiers).describe("Speed and size"),
    parameter_size: z.string().nullable().describe("Number of parameters, such as 3.2B"),
    capabilities: z
      .array(z.string())
      .readonly()
      .nullable()
      .describe("What it can do; null where nobody knows"),
    context_length: z.number().nullable().describe("Longest context in tokens"),
    instances: z.array(z.string()).describe("Instances that have it installed"),
    loaded_on: z.array(z.string()).describe("Instances that have it in memory"),
    best_for: z.string().exactOptional().describe("What the catalog says it is best for"),
  });

export type ModelView = z.output<ReturnType<typeof modelData>>;

/** The model wherever it may be routed to; undefined when it is nowhere. */
export function modelView(name: string, { fleet, catalog }: DiscoveryDependencies): ModelView | undefined {
  const canonical = installedName(fleet, name);
  const having = fleet.having(canonical);
  const copies = having.flatMap((instance) => instance.models.get(canonical) ?? []);
  const model = copies.find(({ sizeBytes }) => sizeBytes > 0) ?? copies[0];
  if (model === undefined) return undefined;
  const entry = catalog.get(canonical);
  return {
    size_bytes: model.sizeBytes,
    tier: tierOf(model, entry),
    parameter_size: copies.find((copy) => copy.parameterSize)?.parameterSize ?? null,
    capabilities: capabilitiesOf(copies) ?? entry?.capabilities ?? null,
    context_length: copies.reduce((most, copy) => Math.max(most, copy.contextLength ?? 0), 0) || null,
    instances: having.map((instance) => instance.name),
    loaded_on: having.filter((instance) => instance.loaded.has(canonical)).map((instance) => instance.name),
    ...(entry?.best_for === undefined ? {} : { best_for: entry.best_for }),
  };
}

/** What the model can do on any of the instances: what one of them says takes nothing from the others. */
function capabilitiesOf(copies: readonly InstalledModel[]): string[] | undefined {
  const told = copies.flatMap(({ capabilities }) => capabilities ?? []);
  return told.length === 0 ? undefined : [...new Set(told)];
}

/** @throws BridgeError MODEL_NOT_FOUND with the nearest names. */
export async function readModel(name: string, dependencies: DiscoveryDependencies): Promise<ModelView> {
  await dependencies.fleet.current();
  if (modelView(name, dependencies) === undefined) await dependencies.fleet.look({ fresh: "models" });
  await dependencies.fleet.look({
    fresh: "details",
    where: { models: [installedName(dependencies.fleet, name)] },
  });
  const view = modelView(name, dependencies);
  if (view === undefined) throw modelNotFound(name, [...dependencies.fleet.modelNames()], "any instance");
  return view;
}

export async function completeModelNames(
  prefix: string,
  { fleet }: DiscoveryDependencies,
): Promise<string[]> {
  await fleet.current();
  return fleet
    .modelNames()
    .filter((name) => name.startsWith(prefix) && visibleLine(name) === name)
    .sort();
}
