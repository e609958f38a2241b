import { OllamaClient } from "@ollama-bridge/core-client";
import type {
  AttemptObservation,
  FleetView,
  InstalledModel,
  InstanceState,
  LoadedState,
  PairEstimate,
  PairState,
  Reservation,
} from "@ollama-bridge/discovery";

/** A decision calls nobody. */
const nobody = new OllamaClient({ name: "nobody", url: "http://nobody.example:11434" });

/** A fleet of plain values: what the decision reads, without a network, a clock or a file. */

type Pair = PairState & {
  estimate: PairEstimate;
  failures: number | undefined;
  admits: boolean;
};

export type Instance = Omit<InstanceState, "models" | "loaded" | "pairs"> & {
  models: Map<string, InstalledModel>;
  loaded: Map<string, LoadedState>;
  admits: boolean;
  pairs: Map<string, Pair>;
  /** Made at the first asking. */
  pair(model: string): Pair;
};

export function literalModel(name: string, facts: Partial<InstalledModel> = {}): InstalledModel {
  return { name, digest: `digest-of-${name}`, sizeBytes: 5e9, cloud: false, ...facts };
}

export function literalInstance(
  name: string,
  models: InstalledModel[] = [],
  facts: Partial<Writable<Instance>> = {},
): Writable<Instance> {
  const pairs = new Map<string, Pair>();
  const instance: Writable<Instance> = {
    id: name,
    name,
    client: nobody,
    url: `http://${name}:11434`,
    host: name,
    port: 11434,
    local: true,
    private: true,
    routable: true,
    priority: 0,
    tags: [],
    gpu: { count: null, source: "unknown" },
    maxParallel: 1,
    draining: false,
    reachable: true,
    latencyMs: 1,
    cooldownUntilMs: 0,
    models: new Map(models.map((model) => [model.name, model])),
    loaded: new Map(),
    admits: true,
    breaker: {
      state: () => (instance.admits ? "closed" : "open"),
      admits: () => instance.admits,
    },
    pairs,
    pair(model) {
      const known = pairs.get(model);
      if (known !== undefined) return known;
      const pair: Pair = {
        estimate: {},
        failures: undefined,
        admits: true,
        breaker: { state: () => (pair.admits ? "closed" : "open"), admits: () => pair.admits },
        history: { estimate: () => pair.estimate, failureRate: () => pair.failures },
      };
      pairs.set(model, pair);
      return pair;
    },
    ...facts,
  };
  return instance;
}

export type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

export function loadedState(model: InstalledModel, facts: Partial<LoadedState> = {}): LoadedState {
  const { name, digest, sizeBytes } = model;
  return { name, digest, sizeVramBytes: sizeBytes, expiresAtMs: Number.POSITIVE_INFINITY, ...facts };
}

export class LiteralFleet implements FleetView {
  readonly instances: Instance[];
  readonly observed: AttemptObservation[] = [];
  #having = new Map<string, Instance[]>();
  readonly #reserved = new Map<string, Map<string, Set<Reservation>>>();

  constructor(instances: Instance[]) {
    this.instances = instances;
    for (const instance of instances)
      for (const model of instance.models.keys())
        this.#having.set(model, [...(this.#having.get(model) ?? []), instance]);
  }

  having(model: string): Instance[] {
    return this.#having.get(model) ?? [];
  }

  modelNames(): string[] {
    return [...this.#having.keys()];
  }

  reserve(instance: InstanceState, model: string, expectedMs: number): Reservation {
    const models = this.#reserved.get(instance.id) ?? new Map<string, Set<Reservation>>();
    const reservations = models.get(model) ?? new Set();
    this.#reserved.set(instance.id, models.set(model, reservations));
    const reservation: Reservation = {
      instance: instance.id,
      model,
      startedMs: 0,
      expectedMs,
      release: () => reservations.delete(reservation),
    };
    reservations.add(reservation);
    return reservation;
  }

  /** For one model or, unlike a real fleet's, for all. */
  inFlight({ id }: Pick<InstanceState, "id">, model?: string): number {
    const models = this.#reserved.get(id);
    if (models === undefined) return 0;
    if (model !== undefined) return models.get(model)?.size ?? 0;
    return [...models.values()].reduce((sum, { size }) => sum + size, 0);
  }

  byId(id: string): Instance | undefined {
    return this.instances.find((instance) => instance.id === id);
  }

  observe(attempt: AttemptObservation): void {
    this.observed.push(attempt);
  }
}

/** Random numbers in [0, 1) that a seed determines (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
