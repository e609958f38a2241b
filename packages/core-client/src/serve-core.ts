import { serveProgram } from "@ollama-bridge/server-kit";
import manifest from "../package.json" with { type: "json" };
import { limitsSection } from "./config.ts";
import { createCoreToolset } from "./core-toolset.ts";

/** The server `ollama-core`. */
export function main(): Promise<void> {
  return serveProgram({
    info: { name: "ollama-core", title: "Ollama", version: manifest.version },
    sections: [limitsSection],
    toolsets: (settings) => [createCoreToolset(settings)],
  });
}
