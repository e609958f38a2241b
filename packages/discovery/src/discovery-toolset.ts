import { coreErrors } from "@ollama-bridge/core-client";
import type { Settings, Toolset } from "@ollama-bridge/server-kit";
import { createCatalog } from "./catalog/catalog.ts";
import type { DiscoveryDependencies } from "./discovery-dependencies.ts";
import { configuredInstances, createFleet } from "./registry/create-fleet.ts";
import { discoverInstances } from "./tools/discover-instances.ts";
import { fleetStatus } from "./tools/fleet-status.ts";
import { listModels } from "./tools/list-models.ts";
import { fleetMetrics } from "./views/fleet-metrics.ts";
import { fleetResources, fleetResourceTemplates, watchFleet } from "./views/fleet-resources.ts";

export { discoverySection, type InstanceEntry, instanceSchema, instancesSection } from "./config.ts";
export type { DiscoveryDependencies, StatusSection } from "./discovery-dependencies.ts";
export { configuredInstances, createFleet } from "./registry/create-fleet.ts";
export { listModels };

/**
 * Makes tools that find instances and models. Given a fleet, that one is shown, and whoever gave it closes it.
 *
 * @example
 * import { serveProgram } from "@ollama-bridge/server-kit";
 * import { createDiscoveryToolset, discoverySection, instancesSection } from "@ollama-bridge/discovery/toolset";
 *
 * await serveProgram({
 *   info: { name: "my-models", title: "My models", version: "1.0.0" },
 *   sections: [discoverySection, instancesSection],
 *   toolsets: (settings) => [createDiscoveryToolset(settings)],
 * });
 */
export function createDiscoveryToolset(
  settings: Settings,
  ports: Partial<DiscoveryDependencies> = {},
): Toolset<DiscoveryDependencies> {
  const fleet = ports.fleet ?? createFleet(settings);
  const { catalog = createCatalog(), sections = [] } = ports;
  let current = settings;
  const project = { name: "untrusted_project", read: () => untrustedProject(current) };
  return {
    name: "discovery",
    tools: [discoverInstances, listModels, fleetStatus],
    errors: [coreErrors],
    resources: fleetResources,
    resourceTemplates: fleetResourceTemplates,
    dependencies: { fleet, catalog, sections: [...sections, project] },
    watch: (changed) => watchFleet(fleet, changed),
    metrics: () => fleetMetrics(fleet),
    async configure(fresh) {
      await fleet.configure(configuredInstances(fresh));
      current = fresh;
    },
    async close() {
      if (ports.fleet === undefined) await fleet.close();
    },
  };
}

/** What `fleet_status` tells of a project's file that is not trusted; a user of an MCP client sees no log. */
function untrustedProject({ project }: Settings): object | undefined {
  if (project?.notice === undefined) return undefined;
  const { path: file, changed, ignored, counted, notice } = project;
  return { file, changed, ignored, counted, notice };
}
