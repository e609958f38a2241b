import { isThisMachine, type OllamaClient } from "@ollama-bridge/core-client";
import type { BridgeError } from "@ollama-bridge/foundation";
import type { ModelFacts } from "../catalog/installed-models.ts";
import { Breaker } from "../health/breaker.ts";
import { FailureRate } from "../health/failure-rate.ts";
import { MeasuredHistory } from "../learning/pair-history.ts";
import { hostAndPort } from "../scan/identity.ts";
import type { InstanceState, PairState } from "./fleet-state.ts";
import type { InstanceSpec } from "./instance-spec.ts";

const FAILURES_IN_A_ROW = 3;
const PAIR_FAILURES_IN_A_ROW = 2;

/** Moments on the monotonic clock and the wall, in ms. */
export interface Clock {
  now(): number;
  wall(): number;
}

/** Our experience with one model on one instance, as a value. */
export interface Pair extends PairState {
  readonly breaker: Breaker;
  readonly history: MeasuredHistory;
}

const untried: Pair = { breaker: new Breaker(PAIR_FAILURES_IN_A_ROW), history: new MeasuredHistory() };

/** Returns our experience with a model on an instance; where there is none yet, that of a pair that was never tried. */
export function pairOf(instance: Instance, model: string): Pair;
export function pairOf(instance: Pick<InstanceState, "pairs">, model: string): PairState;
export function pairOf({ pairs }: Pick<InstanceState, "pairs">, model: string): PairState {
  return pairs.get(model) ?? untried;
}

/**
 * A snapshot of one Ollama: what the operator said of it, what it says of itself, and what became of our work there.
 * Only `InstanceRegistry.apply` replaces it.
 */
export interface Instance extends InstanceState {
  readonly spec: InstanceSpec;
  /** False while it is not known whether a scanned one is another address of a known server. */
  readonly identified: boolean;
  /** `id` of the instance that this one is another address of. */
  readonly aliasOf: string | undefined;
  /** Looks in a row that took too long. */
  readonly timeouts: number;
  /** What the last look failed with. */
  readonly problem: BridgeError | undefined;
  readonly lastUsedMs: number;
  /** What this server's `/api/show` told, by content. No other server's word counts for it. */
  readonly facts: ReadonlyMap<string, ModelFacts>;
  /** See `fingerprint`. */
  readonly contents: string | undefined;
  /** What its lists had that could not be used. */
  readonly listWarnings: { readonly tags: readonly string[]; readonly ps: readonly string[] };
  readonly breaker: Breaker;
  /** Over all attempts. */
  readonly failures: FailureRate;
  readonly pairs: ReadonlyMap<string, Pair>;
}

/**
 * Whether an instance is on this machine, by its address alone: a name can lead elsewhere tomorrow. `private: false` says
 * of an address here that a tunnel leads away from it.
 */
export function isLocal({ url, private: isPrivate }: InstanceSpec): boolean {
  return isPrivate !== false && isThisMachine(hostAndPort(url).host);
}

/** Makes the first snapshot of an instance, of which nothing is known but what the operator said. */
export function newInstance(options: {
  id: string;
  name: string;
  spec: InstanceSpec;
  client: OllamaClient;
}): Instance {
  const { spec } = options;
  const local = isLocal(spec);
  const { gpu } = spec;
  const vram = gpu?.vramGb === undefined ? {} : { vramGb: gpu.vramGb };
  return {
    ...options,
    ...hostAndPort(spec.url),
    url: spec.url,
    local,
    private: spec.private ?? local,
    routable: true,
    whyUnused: undefined,
    region: spec.region,
    priority: spec.priority,
    tags: spec.tags,
    gpu:
      gpu === undefined
        ? { count: null, source: "unknown" }
        : { count: gpu.count, ...vram, source: "declared" },
    maxParallel: spec.maxParallel,
    pricePerMtok: spec.pricePerMtok,
    draining: false,
    identified: true,
    aliasOf: undefined,
    reachable: undefined,
    timeouts: 0,
    problem: undefined,
    version: undefined,
    latencyMs: undefined,
    lastSeenMs: undefined,
    lastUsedMs: Number.NEGATIVE_INFINITY,
    cooldownUntilMs: Number.NEGATIVE_INFINITY,
    models: new Map(),
    loaded: new Map(),
    facts: new Map(),
    contents: undefined,
    listWarnings: { tags: [], ps: [] },
    breaker: new Breaker(FAILURES_IN_A_ROW),
    failures: new FailureRate(),
    pairs: new Map(),
  };
}

/** Lists what an instance's lists had that could not be used. */
export function warningsOf({ listWarnings: { tags, ps } }: Instance): readonly string[] {
  return [...tags, ...ps];
}
