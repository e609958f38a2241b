import type { OllamaClient } from "@ollama-bridge/core-client";
import type { FleetView, LookRequest } from "@ollama-bridge/discovery";

/** What the router needs of the fleet beside what a choice reads. */
export interface RoutingFleet extends FleetView {
  /** Resolves when the picture is fit to decide on. */
  current(): Promise<unknown>;
  /** Looks anew, whatever is known. */
  look(request: LookRequest): Promise<unknown>;
  /** Returns the client of that name; without one, the default's, which need not be up. */
  clientNamed(name: string | undefined): Promise<OllamaClient>;
}
