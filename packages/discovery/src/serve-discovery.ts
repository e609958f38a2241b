import { serveProgram } from "@ollama-bridge/server-kit";
import manifest from "../package.json" with { type: "json" };
import { createDiscoveryToolset } from "./discovery-toolset.ts";

/** The server `ollama-discovery`. */
export function main(): Promise<void> {
  return serveProgram({
    info: { name: "ollama-discovery", title: "Ollama discovery", version: manifest.version },
    toolsets: (settings) => [createDiscoveryToolset(settings)],
  });
}
