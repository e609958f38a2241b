import { limitsSection } from "@ollama-bridge/core-client/config";
import {
  createDiscoveryToolset,
  createFleet,
  discoverySection,
  instancesSection,
  listModels,
} from "@ollama-bridge/discovery/toolset";
import { type Settings, serveProgram } from "@ollama-bridge/server-kit";
import manifest from "../package.json" with { type: "json" };
import { createRouterToolset, routingSection } from "./router-toolset.ts";

/** The server `ollama-router`. */
export function main(): Promise<void> {
  return serveProgram({
    info: { name: "ollama-router", title: "Ollama router", version: manifest.version },
    sections: [routingSection, instancesSection, discoverySection, limitsSection],
    toolsets,
  });
}

function toolsets(settings: Settings) {
  const fleet = createFleet(settings);
  const { dependencies } = createDiscoveryToolset(settings, { fleet });
  const lists = { name: "discovery", tools: [listModels], dependencies, close: () => fleet.close() };
  return [createRouterToolset(settings, { fleet }), lists];
}
