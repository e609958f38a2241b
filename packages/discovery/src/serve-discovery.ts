import { limitsSection } from "@ollama-bridge/core-client/config";
import { serveProgram } from "@ollama-bridge/server-kit";
import manifest from "../package.json" with { type: "json" };
import { discoverySection, instancesSection } from "./config.ts";
import { createDiscoveryToolset } from "./discovery-toolset.ts";

/** The server `ollama-discovery`. */
export function main(): Promise<void> {
  return serveProgram({
    info: { name: "ollama-discovery", title: "Ollama discovery", version: manifest.version },
    sections: [instancesSection, discoverySection, limitsSection],
    toolsets: (settings) => [createDiscoveryToolset(settings)],
  });
}
