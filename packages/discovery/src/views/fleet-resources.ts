import type { ResourceDefinition, ResourceTemplateDefinition } from "@ollama-bridge/server-kit";
import type { DiscoveryDependencies } from "../discovery-dependencies.ts";
import type { Fleet } from "../registry/fleet.ts";
import { fleetView } from "./instance-view.ts";
import { completeModelNames, readModel } from "./model-view.ts";

const INSTANCES = "fleet://instances";
const MIME_TYPE = "application/json";

export const fleetResources: ResourceDefinition<DiscoveryDependencies>[] = [
  {
    uri: INSTANCES,
    name: "fleet-instances",
    title: "Ollama instances",
    description: "Every known instance with status, models and what is loaded; subscribe to hear of changes",
    mimeType: MIME_TYPE,
    async read({ fleet }) {
      await fleet.current();
      return JSON.stringify(fleetView(fleet));
    },
  },
];

export const fleetResourceTemplates: ResourceTemplateDefinition<DiscoveryDependencies>[] = [
  {
    uriTemplate: "fleet://models/{name}",
    name: "fleet-model",
    title: "Model of the fleet",
    description: "One model: size, tier, capabilities, where it is installed and loaded",
    mimeType: MIME_TYPE,
    async read({ name = "" }, dependencies) {
      return JSON.stringify({ name, ...(await readModel(name, dependencies)) });
    },
    complete: (_variable, prefix, dependencies) => completeModelNames(prefix, dependencies),
  },
];

/** Tells the addresses of the resources that change, until the returned function is called. */
export function watchFleet(fleet: Fleet, changed: (uri: string) => void): () => void {
  return fleet.watch((change) => {
    changed(INSTANCES);
    if ("model" in change) changed(`fleet://models/${encodeURIComponent(change.model)}`);
  });
}
