import {
  isThisMachine,
  type ListResponse,
  type OllamaClient,
  type PsResponse,
} from "@ollama-bridge/core-client";
import type { BridgeError } from "@ollama-bridge/foundation";
import {
  contentOf,
  fingerprint,
  installedModels,
  loadedModels,
  type ModelFacts,
} from "../catalog/installed-models.ts";
import { Breaker } from "../health/breaker.ts";
import { FailureRate } from "../health/failure-rate.ts";
import { hostAndPort } from "../scan/identity.ts";
import type {
  InstalledModel,
  InstanceState,
  InstanceStatus,
  LoadedState,
  Reservation,
} from "./fleet-state.ts";
import type { InstanceSpec } from "./instance-spec.ts";
import { Pair } from "./pair.ts";

const FAILURES_IN_A_ROW = 3;
const LATENCY_WEIGHT = 0.3;
/** An instance that fails more often than this is not well. */
const DEGRADED_RATE = 0.3;

/** Moments on the monotonic clock and the wall. */
export interface Clock {
  now(): number;
  wall(): number;
}

/**
 * Whether an instance is on this machine, by its address alone: a name can lead elsewhere tomorrow. `private: false` says
 * of an address here that a tunnel leads away from it.
 */
export function isLocal({ url, private: isPrivate }: InstanceSpec): boolean {
  return isPrivate !== false && isThisMachine(hostAndPort(url).host);
}

/** One Ollama: what the operator said of it, what it says of itself, and what became of our work there. */
export class Instance implements InstanceState {
  readonly spec: InstanceSpec;
  readonly name: string;
  readonly client: OllamaClient;
  readonly host: string;
  readonly port: number;
  readonly breaker = new Breaker(FAILURES_IN_A_ROW);
  readonly reservations = new Set<Reservation>();
  readonly failures = new FailureRate();
  readonly pairs = new Map<string, Pair>();
  readonly local: boolean;
  /** Why prompts do not go there; undefined where they do. */
  whyUnused: string | undefined;
  draining = false;
  /** False while it is not known whether a scanned one is another address of a known server. */
  identified = true;
  /** The instance that this one is another address of. */
  aliasOf: Instance | undefined;
  /** Undefined before the first look. */
  reachable: boolean | undefined;
  /** Since when it is what `status` says. */
  sinceMs: number;
  /** What the last look failed with. */
  problem: BridgeError | undefined;
  gpuSeen: InstanceState["gpu"] = { count: null, source: "unknown" };
  version?: string;
  latencyMs?: number;
  lastSeenMs?: number;
  lastUsedMs = Number.NEGATIVE_INFINITY;
  cooldownUntilMs = Number.NEGATIVE_INFINITY;
  models: ReadonlyMap<string, InstalledModel> = new Map();
  loaded: ReadonlyMap<string, LoadedState> = new Map();
  /** What this server's `/api/show` told, by content. No other server's word counts for it. */
  readonly facts = new Map<string, ModelFacts>();
  #warnings: { tags: readonly string[]; ps: readonly string[] } = { tags: [], ps: [] };
  /** See `fingerprint`. */
  contents: string | undefined;
  readonly #clock: Clock;
  #whenIdle: (() => void) | undefined;
  #lastStatus: InstanceStatus = "down";

  constructor(options: {
    spec: InstanceSpec;
    name: string;
    client: OllamaClient;
    clock: Clock;
  }) {
    const { spec, name, client, clock } = options;
    const { host, port } = hostAndPort(spec.url);
    this.spec = spec;
    this.name = name;
    this.client = client;
    this.host = host;
    this.port = port;
    this.local = isLocal(spec);
    this.#clock = clock;
    this.sinceMs = clock.now();
  }

  get url(): string {
    return this.spec.url;
  }

  get routable(): boolean {
    return this.whyUnused === undefined;
  }

  get private(): boolean {
    return this.spec.private ?? this.local;
  }

  get region(): string | undefined {
    return this.spec.region;
  }

  get priority(): number {
    return this.spec.priority;
  }

  get tags(): readonly string[] {
    return this.spec.tags;
  }

  get maxParallel(): number {
    return this.spec.maxParallel;
  }

  get pricePerMtok(): number | undefined {
    return this.spec.pricePerMtok;
  }

  get gpu(): InstanceState["gpu"] {
    const { gpu } = this.spec;
    if (gpu === undefined) return this.gpuSeen;
    return {
      count: gpu.count,
      ...(gpu.vramGb === undefined ? {} : { vramGb: gpu.vramGb }),
      source: "declared",
    };
  }

  get failureRate(): number {
    return this.failures.at(this.#clock.now()) ?? 0;
  }

  get status(): InstanceStatus {
    const nowMs = this.#clock.now();
    if (this.reachable !== true) return "down";
    if (this.breaker.state(nowMs) !== "closed" || this.problem || this.failureRate > DEGRADED_RATE)
      return "degraded";
    if (nowMs < this.cooldownUntilMs || this.reservations.size >= this.maxParallel) return "busy";
    return "healthy";
  }

  /** What its lists had that could not be used. */
  get warnings(): readonly string[] {
    return [...this.#warnings.tags, ...this.#warnings.ps];
  }

  pair(model: string): Pair {
    let pair = this.pairs.get(model);
    if (pair === undefined) {
      pair = new Pair();
      this.pairs.set(model, pair);
    }
    return pair;
  }

  /** Runs `work` once no attempt of ours is under way here. */
  onIdle(work: () => void): void {
    this.#whenIdle = work;
    this.releaseIfIdle();
  }

  releaseIfIdle(): void {
    if (this.reservations.size > 0) return;
    this.#whenIdle?.();
    this.#whenIdle = undefined;
  }

  /** Keeps `sinceMs` true; called after whatever may have changed the status. */
  noteStatus(): boolean {
    const { status } = this;
    if (status === this.#lastStatus) return false;
    this.#lastStatus = status;
    this.sinceMs = this.#clock.now();
    return true;
  }

  seen(roundTripMs?: number): void {
    this.reachable = true;
    this.lastSeenMs = this.#clock.now();
    if (roundTripMs === undefined || !Number.isFinite(roundTripMs)) return;
    this.latencyMs =
      this.latencyMs === undefined
        ? roundTripMs
        : this.latencyMs + LATENCY_WEIGHT * (roundTripMs - this.latencyMs);
  }

  /** Takes an answer of `/api/tags`; whether it changed anything. */
  takeModels({ models, warnings }: ListResponse): boolean {
    const before = this.models;
    this.models = installedModels(models, this.facts);
    this.contents = fingerprint(this.version ?? "", models);
    this.#warnings = { ...this.#warnings, tags: warnings };
    this.#forgetRemoved();
    const same = [...this.models.values()].every(({ name, digest }) => before.get(name)?.digest === digest);
    return !same || before.size !== this.models.size;
  }

  /** Adds to its models what its `/api/show` told meanwhile. */
  fillIn(): void {
    const filled = [...this.models].map(([name, model]) => {
      const { capabilities, contextLength, cloud = model.cloud } = this.facts.get(contentOf(model)) ?? {};
      const added = { ...(capabilities && { capabilities }), ...(contextLength && { contextLength }) };
      return [name, { ...added, ...model, cloud: model.cloud || cloud }] as const;
    });
    this.models = new Map(filled);
  }

  /** A server that lists other models each time leaves nothing behind. */
  #forgetRemoved(): void {
    const contents = new Set([...this.models.values()].map(contentOf));
    for (const content of this.facts.keys()) if (!contents.has(content)) this.facts.delete(content);
    for (const [model, pair] of this.pairs)
      if (pair.isUnused && !this.models.has(model)) this.pairs.delete(model);
  }

  /** Takes an answer of `/api/ps`; the names that came and went. */
  takeLoaded({ models, warnings }: PsResponse): { loaded: string[]; unloaded: string[] } {
    const before = this.loaded;
    this.loaded = loadedModels(models, { nowMs: this.#clock.now(), wallMs: this.#clock.wall() });
    this.#warnings = { ...this.#warnings, ps: warnings };
    if (
      this.gpuSeen.source === "unknown" &&
      [...this.loaded.values()].some((model) => model.sizeVramBytes > 0)
    )
      this.gpuSeen = { count: null, source: "inferred" };
    return {
      loaded: [...this.loaded.keys()].filter((name) => !before.has(name)),
      unloaded: [...before.keys()].filter((name) => !this.loaded.has(name)),
    };
  }
}
