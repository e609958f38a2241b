import { canonicalName } from "@ollama-bridge/core-client";
import type { FleetView } from "../registry/fleet-state.ts";

/**
 * The name under which a model is installed somewhere. Ollama does not tell upper case from lower, so `Llama3.2` finds
 * `llama3.2:latest`. A model that is nowhere keeps its own name.
 */
export function installedName(fleet: Pick<FleetView, "having" | "modelNames">, asked: string): string {
  const name = canonicalName(asked);
  if (fleet.having(name).length > 0) return name;
  const lower = name.toLowerCase();
  return fleet.modelNames().find((each) => each.toLowerCase() === lower) ?? name;
}
