import type { Limits } from "@ollama-bridge/core-client/config";
import type { Router } from "./router.ts";
import type { RoutingFleet } from "./routing-fleet.ts";

/** What the tools of this package work with. */
export interface RouterDependencies {
  router: Router;
  fleet: RoutingFleet;
  limits: Limits;
}
