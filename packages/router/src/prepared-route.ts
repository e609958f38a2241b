import type { RunOptions } from "@ollama-bridge/core-client";
import type { ConsideredView } from "./considered-view.ts";
import type { Candidate } from "./decision/demand.ts";
import type { RoutePlan } from "./plan.ts";
import type { Arm } from "./policies/experiments.ts";

/** A request with all that is decided before the first attempt. */
export interface PreparedRoute {
  plan: RoutePlan;
  /** What would be chosen at this moment. */
  candidate: Candidate;
  /** The cheapest first; of a large fleet, and of a named model without a `caller`, only when asked to `explain`. */
  candidates: readonly Candidate[];
  considered: ConsideredView[];
  arm: Arm | undefined;
  /** Models that policies let stand in for one that is busy. */
  standIns: readonly string[];
  warnings: string[];
  /** Present where it is kept to private machines, by the request or by a policy. */
  privacy?: "local_only";
}

/** How a call under way ends early: the caller's options, with the moment that its time is over. */
export interface PrepareLimits extends Omit<RunOptions, "timeoutMs"> {
  signal: AbortSignal;
  /** On the clock of `performance.now()`; made once, where the call begins. Infinity for no deadline. */
  deadlineMs: number;
  /** Where the session was answered last. */
  lastInstance?: string | undefined;
  /** Nothing is changed anywhere: no model is pulled. @default false */
  looksOnly?: boolean;
}
