import type { BreakerView } from "../health/breaker.ts";
import type { PairHistory } from "../learning/pair-history.ts";

/** What is known of one model where it is installed. */
export interface InstalledModel {
  /** Canonical, with its tag. */
  name: string;
  digest: string;
  sizeBytes: number;
  /** Undefined where the server does not tell and `/api/show` was not asked yet. */
  capabilities?: readonly string[];
  contextLength?: number;
  parameterSize?: string;
  quantization?: string;
  family?: string;
  /** A pointer to a model in Ollama's cloud. Undefined while its server has not told. */
  cloud: boolean | undefined;
}

/** A model in memory. `expiresAtMs` is on the clock of `performance.now()`. */
export interface LoadedState {
  name: string;
  digest: string;
  sizeVramBytes: number;
  contextLength?: number;
  expiresAtMs: number;
  /** As the server wrote it. */
  expiresAt?: string;
}

export const instanceStatuses = ["healthy", "busy", "degraded", "down"] as const;
export type InstanceStatus = (typeof instanceStatuses)[number];

/** One attempt of ours that is under way. Times on the clock of `performance.now()`. */
export interface Reservation {
  readonly instance: InstanceState;
  readonly model: string;
  readonly startedMs: number;
  readonly expectedMs: number;
  /** The model is being loaded by this attempt; false once its first byte has come. */
  loading: boolean;
  /** Idempotent. */
  release(): void;
}

/** What one attempt taught; every field that was not observed is absent. */
export interface AttemptObservation {
  instance: InstanceState;
  model: string;
  /**
   * What it came to, for the breakers: `refused` (nothing listens: opens the instance at once), `unreachable` (reset,
   * DNS, end before headers, first byte too late) and `server-error` (500, runner died, stream cut or error line) count
   * as failures; `busy` (429, 503), `rejected` (400, 401, 403, 404) and `cancelled` never do.
   */
  outcome: "answered" | "unreachable" | "server-error" | "busy" | "refused" | "cancelled" | "rejected";
  /** When the attempt began; an outcome older than a breaker's last change does not change it. */
  startedMs: number;
  loadMs?: number;
  promptTokens?: number;
  promptMs?: number;
  answerTokens?: number;
  generateMs?: number;
  roundTripMs?: number;
  /** From Retry-After. */
  retryAfterMs?: number;
}

/** Our work and our experience with one model on one instance. */
export interface PairState {
  /** Attempts under way. Never negative. */
  readonly reservations: ReadonlySet<Reservation>;
  readonly breaker: BreakerView;
  readonly history: PairHistory;
}

/** All that is known of one Ollama. Live: it changes between two reads, never during a synchronous one. */
export interface InstanceState {
  readonly name: string;
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** On this machine. */
  readonly local: boolean;
  /** `local`, or marked private by the operator. */
  readonly private: boolean;
  /** False for what a scan found and neither the configuration nor the listener rule lets prompts go to. */
  readonly routable: boolean;
  /** Why it is not routable. */
  readonly whyUnused?: string | undefined;
  readonly region?: string | undefined;
  /** Larger is preferred where costs are alike; default 0. */
  readonly priority: number;
  readonly tags: readonly string[];
  readonly gpu: {
    count: number | null;
    vramGb?: number;
    source: "declared" | "nvidia-smi" | "inferred" | "unknown";
  };
  /** Parallel slots of a model, Ollama's OLLAMA_NUM_PARALLEL; default 1. */
  readonly maxParallel: number;
  readonly pricePerMtok?: number | undefined;
  readonly draining: boolean;
  readonly status: InstanceStatus;
  readonly version?: string;
  /** Round trip, EWMA; undefined before the first probe. */
  readonly latencyMs?: number;
  readonly lastSeenMs?: number;
  /** Busy until then, by Retry-After. */
  readonly cooldownUntilMs: number;
  readonly models: ReadonlyMap<string, InstalledModel>;
  readonly loaded: ReadonlyMap<string, LoadedState>;
  readonly breaker: BreakerView;
  /** EWMA over all attempts, 0 to 1. */
  readonly failureRate: number;
  /** State of (this instance, model); made at the first asking. */
  pair(model: string): PairState;
}

/** What the router reads and writes. */
export interface FleetView {
  readonly instances: readonly InstanceState[];
  /** Instances that have the model (canonical name), indexed: no scan of the fleet. */
  having(model: string): readonly InstanceState[];
  /** Canonical names installed anywhere routable. */
  modelNames(): readonly string[];
  /** Takes a slot, in the same synchronous step as the choice. */
  reserve(instance: InstanceState, model: string, expectedMs: number): Reservation;
  observe(attempt: AttemptObservation): void;
}
