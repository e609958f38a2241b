import type { OllamaClient } from "@ollama-bridge/core-client";
import type { BreakerView } from "../health/breaker.ts";
import type { PairHistory } from "../learning/pair-history.ts";

/** What is known of one model where it is installed. */
export interface InstalledModel {
  /** Canonical, with its tag. */
  readonly name: string;
  readonly digest: string;
  readonly sizeBytes: number;
  /** Undefined where the server does not tell and `/api/show` was not asked yet. */
  readonly capabilities?: readonly string[];
  /** In tokens. */
  readonly contextLength?: number;
  readonly parameterSize?: string;
  readonly quantization?: string;
  readonly family?: string;
  /** Whether it is a pointer to a model in Ollama's cloud. Undefined while its server has not told. */
  readonly cloud: boolean | undefined;
}

/** A model in memory. `expiresAtMs` is on the clock of `performance.now()`. */
export interface LoadedState {
  readonly name: string;
  readonly digest: string;
  readonly sizeVramBytes: number;
  /** In tokens. */
  readonly contextLength?: number;
  readonly expiresAtMs: number;
  /** ISO 8601, as the server wrote it. */
  readonly expiresAt?: string;
}

/** The statuses of an instance, the best first. */
export const instanceStatuses = ["healthy", "busy", "degraded", "down"] as const;

/** How an instance is doing: `busy` means at capacity or rate-limited, `degraded` that requests to it fail. */
export type InstanceStatus = (typeof instanceStatuses)[number];

/** One attempt of ours that is under way. Times are in ms on the clock of `performance.now()`. */
export interface Reservation {
  /** `id` of the instance. */
  readonly instance: string;
  readonly model: string;
  readonly startedMs: number;
  readonly expectedMs: number;
  /** Gives the slot back. Calling it again does nothing. */
  release(): void;
}

/** What one attempt taught; every field that was not observed is absent. */
export interface AttemptObservation {
  readonly instance: Pick<InstanceState, "id">;
  readonly model: string;
  /**
   * What it came to, for the breakers: `refused` (nothing listens: opens the instance at once), `unreachable` (reset,
   * DNS, end before headers, first byte too late) and `server-error` (500, runner died, stream cut or error line) count
   * as failures; `busy` (429, 503), `rejected` (400, 401, 403, 404) and `cancelled` never do.
   */
  readonly outcome:
    | "answered"
    | "unreachable"
    | "server-error"
    | "busy"
    | "refused"
    | "cancelled"
    | "rejected";
  /** When the attempt began; an outcome older than a breaker's last change does not change it. */
  readonly startedMs: number;
  readonly loadMs?: number;
  readonly promptTokens?: number;
  readonly promptMs?: number;
  readonly answerTokens?: number;
  readonly generateMs?: number;
  readonly roundTripMs?: number;
  /** From Retry-After. */
  readonly retryAfterMs?: number;
}

/** Our experience with one model on one instance. */
export interface PairState {
  readonly breaker: BreakerView;
  readonly history: PairHistory;
}

/** The GPUs of an instance, and who said so. */
export interface GpuState {
  readonly count: number | null;
  /** Memory of all of them, in GB. */
  readonly vramGb?: number;
  readonly source: "declared" | "nvidia-smi" | "inferred" | "unknown";
}

/**
 * A snapshot of one Ollama: what was known of it when the snapshot was taken. It never changes; `FleetView.byId` has the
 * newest one. Moments are in ms on the clock of `performance.now()`.
 */
export interface InstanceState {
  /** Identifies the instance in this process; names and addresses can change hands when the configuration changes. */
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** The client that talks to it. */
  readonly client: OllamaClient;
  /** Whether it is on this machine. */
  readonly local: boolean;
  /** `local`, or marked private by the operator. */
  readonly private: boolean;
  /** False for what a scan found and neither the configuration nor the listener rule lets prompts go to. */
  readonly routable: boolean;
  /** Why it is not routable. */
  readonly whyUnused?: string | undefined;
  readonly region?: string | undefined;
  /** Higher wins when costs tie; default 0. */
  readonly priority: number;
  readonly tags: readonly string[];
  readonly gpu: GpuState;
  /** Parallel slots of a model, Ollama's OLLAMA_NUM_PARALLEL; default 1. */
  readonly maxParallel: number;
  /** USD per million tokens. */
  readonly pricePerMtok?: number | undefined;
  /** The configuration names it no more; what is being generated there goes on. */
  readonly draining: boolean;
  /** Whether it answered the last look. Undefined before the first one. */
  readonly reachable: boolean | undefined;
  readonly version?: string | undefined;
  /** Round trip, EWMA; undefined before the first probe. */
  readonly latencyMs?: number | undefined;
  readonly lastSeenMs?: number | undefined;
  /** Rate-limited until then (Retry-After). */
  readonly cooldownUntilMs: number;
  /** By canonical name. */
  readonly models: ReadonlyMap<string, InstalledModel>;
  /** By canonical name. */
  readonly loaded: ReadonlyMap<string, LoadedState>;
  readonly breaker: BreakerView;
  /** By canonical name of the model; `pairOf` reads it. */
  readonly pairs: ReadonlyMap<string, PairState>;
}

/** What the router reads and writes. */
export interface FleetView {
  readonly instances: readonly InstanceState[];
  /** Finds the newest snapshot of an instance; undefined when it is gone and nothing of ours runs there. */
  byId(id: string): InstanceState | undefined;
  /** Lists the instances that have the model (canonical name), from an index. */
  having(model: string): readonly InstanceState[];
  /** Lists the canonical names installed anywhere routable. */
  modelNames(): readonly string[];
  /** Counts our attempts under way for a model on an instance. */
  inFlight(instance: InstanceState, model: string): number;
  /** Takes a slot, in the same synchronous step as the choice. `expectedMs` is how long it is likely to be taken. */
  reserve(instance: InstanceState, model: string, expectedMs: number): Reservation;
  /** Learns from what became of an attempt. */
  observe(attempt: AttemptObservation): void;
}
