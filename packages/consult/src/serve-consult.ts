import { limitsSection } from "@ollama-bridge/core-client/config";
import {
  createMemoryToolset,
  driverHint,
  memorySection,
  rememberConsult,
} from "@ollama-bridge/memory/toolset";
import { type Settings, serveProgram, type Toolset } from "@ollama-bridge/server-kit";
import manifest from "../package.json" with { type: "json" };
import { consultSection, createConsultToolset } from "./consult-toolset.ts";

/** The server `ollama-consult`. */
export function main(): Promise<void> {
  return serveProgram({
    info: { name: "ollama-consult", title: "Ollama consultants", version: manifest.version },
    sections: [consultSection, memorySection, limitsSection],
    toolsets: openToolsets,
  });
}

/** Consult's tools over the one instance of the environment, and of memory's the one that stores. */
function openToolsets(settings: Settings): Toolset[] {
  const memory = createMemoryToolset(settings, { driverHint: driverHint("consult") });
  return [
    createConsultToolset(settings, { memory: memory.dependencies.memory }),
    { ...memory, tools: [rememberConsult] },
  ];
}
