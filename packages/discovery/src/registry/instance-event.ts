import type { ListResponse, PsResponse } from "@ollama-bridge/core-client";
import type { BridgeError } from "@ollama-bridge/foundation";
import type { ModelFacts } from "../catalog/installed-models.ts";
import type { StoredHistory } from "../learning/pair-history.ts";
import type { AttemptObservation, GpuState } from "./fleet-state.ts";

/** Everything that can become known of an instance. `atMs` is on the monotonic clock, `wallMs` the wall clock then. */
export type InstanceEvent =
  /** A scan found it, for the first time or again. */
  | { type: "found"; atMs: number; version: string; list: ListResponse }
  /** It answered a look; what the look did not measure is absent. */
  | { type: "probed"; atMs: number; version?: string; roundTripMs?: number }
  /** It was asked twice within one look, and the second question took too long, too. */
  | { type: "probed-in-vain" }
  /** A look failed. `wasReachable`: it answered before the look. */
  | { type: "failed"; atMs: number; error: BridgeError; wasReachable: boolean }
  /** `/api/tags` answered. */
  | { type: "listed-models"; list: ListResponse }
  /** `/api/ps` answered. */
  | { type: "listed-loaded"; atMs: number; wallMs: number; list: PsResponse }
  /** `/api/show` answered for the model of this content. */
  | { type: "described"; content: string; facts: ModelFacts }
  /** Who listens at its address was found out. */
  | { type: "identified"; whyUnused: string | undefined; aliasOf: string | undefined }
  | { type: "counted-gpus"; gpu: GpuState }
  | { type: "attempt-started"; atMs: number; model: string }
  /** `jitter` in [0, 1) is that of the breakers. */
  | { type: "attempt-observed"; atMs: number; jitter: number; attempt: Omit<AttemptObservation, "instance"> }
  | { type: "attempt-ended"; startedMs: number; model: string }
  /** An earlier run, or another bridge, has kept this of its models. */
  | { type: "recalled"; atMs: number; wallMs: number; histories: Readonly<Record<string, StoredHistory>> }
  /** The configuration names it no more. */
  | { type: "dropped" };
