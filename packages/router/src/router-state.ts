import type { SharedPulls } from "@ollama-bridge/core-client";
import type { FairQueue } from "@ollama-bridge/foundation";
import type { ChoiceContext } from "./decision/scorer.ts";
import type { WorkInHand } from "./decision/work-in-hand.ts";
import type { DetachedLoads } from "./failover/detached-loads.ts";
import type { ExperimentLog } from "./policies/experiments.ts";
import type { RouterSettings } from "./router-settings.ts";
import type { RoutingFleet } from "./routing-fleet.ts";
import type { Spending } from "./spending.ts";

/** What every call of one router shares. */
export interface RouterState {
  readonly fleet: RoutingFleet;
  /** May change between two calls. */
  readonly settings: RouterSettings;
  /** A lane per instance, in which its models take turns. */
  readonly queue: FairQueue;
  readonly work: WorkInHand;
  readonly loads: DetachedLoads;
  readonly pulls: SharedPulls;
  readonly experiments: ExperimentLog;
  readonly spending: Spending;
  context(): ChoiceContext;
}
