import type { OllamaClient } from "@ollama-bridge/core-client";
import type { FleetView, InstanceState } from "@ollama-bridge/discovery";

/** What the router needs of the fleet beside what a choice reads. */
export interface RoutingFleet extends FleetView {
  /** Resolves when the picture is fit to decide on. */
  ready(): Promise<unknown>;
  /** Reads every list of models afresh. */
  refreshModels(): Promise<void>;
  /** Looks for new instances on this machine, for a moment. */
  scanThisMachine(): Promise<void>;
  /** Learns whether the named models run in Ollama's cloud, where their servers do not list it. */
  askCloud(models: readonly string[]): Promise<void>;
  clientOf(instance: InstanceState): OllamaClient;
  /** The client of that name; without one, the default's, which need not be up. */
  clientNamed(name: string | undefined): Promise<OllamaClient>;
}
