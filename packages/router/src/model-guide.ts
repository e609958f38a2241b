import { type Catalog, type CatalogEntry, installedName, tierOf } from "@ollama-bridge/discovery";
import { asData } from "@ollama-bridge/foundation";
import type { RoutingFleet } from "./routing-fleet.ts";
import type { RoutingTable } from "./routing-table.ts";

/** A server tells them; Ollama has about seven. */
const MAX_CAPABILITIES = 12;

export interface GuideSources {
  fleet: RoutingFleet;
  table: RoutingTable;
  catalog: Catalog;
}

/** A fleet that lists more is looked at with list_models. */
const MAX_MODELS = 200;
const MAX_NAMES = 30;
/** A longer name is not for a text in a few lines. */
const MAX_NAME_CHARACTERS = 80;

/** Which model for which task, of those that are installed: Markdown, for a client's model. */
export function modelGuide({ fleet, table, catalog }: GuideSources): string {
  const installed = [...fleet.modelNames()].sort();
  const categories = [...table].map(([name, { description, models }]) => {
    const there = models.filter((model) => fleet.having(installedName(fleet, model)).length > 0);
    const chosen =
      there.length > 0
        ? `installed: ${there.join(", ")}`
        : `none of its models is installed: ${models.join(", ")}`;
    return `- **${name}**: ${description || "as configured"} (${chosen})`;
  });
  const models = installed
    .slice(0, MAX_MODELS)
    .map((model) => `- **${asData(model)}**: ${describe(model, fleet, catalog)}`);
  const more = installed.length - models.length;
  return [
    "# Model guide",
    "",
    "## Categories for route_task",
    ...categories,
    "",
    `## Installed models (${installed.length})`,
    ...(models.length > 0
      ? models
      : ["None was found. Start Ollama and pull a model, e.g. `ollama pull llama3.1:8b`."]),
    ...(more > 0 ? [`- ${more} more: call list_models.`] : []),
    "",
    "## Known and not installed",
    ...missing(installed, catalog).map((entry) => `- ${entry.name}: ${entry.best_for ?? ""}${figure(entry)}`),
  ].join("\n");
}

function describe(name: string, fleet: RoutingFleet, catalog: Catalog): string {
  const instances = fleet.having(name);
  const model = instances[0]?.models.get(name);
  if (model === undefined) return "";
  const entry = catalog.get(name);
  const size = model.cloud ? "cloud" : `${(model.sizeBytes / 1e9).toFixed(1)} GB`;
  const can = model.capabilities ?? entry?.capabilities;
  const loaded = instances.filter((instance) => instance.loaded.has(name)).map((instance) => instance.name);
  return [
    `${tierOf(model, entry)}, ${size}`,
    entry?.best_for === undefined ? "" : `best for ${entry.best_for}${figure(entry)}`,
    can === undefined ? "" : `can ${can.slice(0, MAX_CAPABILITIES).map(asData).join(", ")}`,
    `on ${instances.map((instance) => asData(instance.name)).join(", ")}`,
    loaded.length > 0 ? `loaded on ${loaded.map(asData).join(", ")}` : "",
  ]
    .filter(Boolean)
    .join("; ");
}

const figure = ({ benchmark }: CatalogEntry) => (benchmark === undefined ? "" : ` (${benchmark})`);

function missing(installed: readonly string[], catalog: Catalog): CatalogEntry[] {
  return [...catalog].filter(([name]) => !installed.includes(name)).map(([, entry]) => entry);
}

/** The guide in a few lines, from the config and what is known of the fleet at this moment, without asking it. */
export function shortGuide({ fleet, table }: GuideSources): string {
  const known = fleet.modelNames().filter((name) => name.length <= MAX_NAME_CHARACTERS);
  const models =
    known.length > 0
      ? `Installed: ${[...known].sort().slice(0, MAX_NAMES).map(asData).join(", ")}.`
      : "list_models names what is installed.";
  return [
    "These tools give work to other models through Ollama: cheaper, private, in parallel, or simply another opinion.",
    `Choose: route_task for a task of a known kind (${[...table.keys()].join(", ")}), route_request to have the kind inferred, ask_model for one model by name, batch_ask to compare 2 to 5, assess_capability before a big job. Files go in files[], so their text costs you nothing.`,
    `${models} The whole guide is the resource guide://models.`,
  ].join("\n");
}
