import { serveProgram } from "@ollama-bridge/server-kit";
import manifest from "../package.json" with { type: "json" };
import { createCoreToolset } from "./core-toolset.ts";

/** The server `ollama-core`. */
export function main(): Promise<void> {
  return serveProgram({
    info: { name: "ollama-core", title: "Ollama", version: manifest.version },
    toolsets: (settings) => [createCoreToolset(settings)],
  });
}
