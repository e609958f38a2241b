import { canonicalName, type OllamaClient } from "@ollama-bridge/core-client";
import { invalidArgument } from "@ollama-bridge/foundation";
import { FleetLook, type LookRequest } from "../health/fleet-look.ts";
import { EVERYTHING, FleetMonitor } from "../health/fleet-monitor.ts";
import { Poller } from "../health/poller.ts";
import type { PairEstimate } from "../learning/pair-history.ts";
import { networks } from "../scan/host-addresses.ts";
import type { ChangeListener, FleetChange } from "./fleet-change.ts";
import { type CompleteFleetOptions, type FleetOptions, withDefaults } from "./fleet-options.ts";
import type { AttemptObservation, FleetView, GpuState, InstanceState, Reservation } from "./fleet-state.ts";
import { type Instance, pairOf } from "./instance.ts";
import type { InstanceEvent } from "./instance-event.ts";
import { InstanceRegistry } from "./instance-registry.ts";
import { type InstanceSpec, uniqueSpecs } from "./instance-spec.ts";
import { StatusLog, type StatusSince, statusAt } from "./instance-status.ts";
import { WorkLedger } from "./work-ledger.ts";

const JUST_THERE = { reachability: true, loaded: false, models: false };

/**
 * All that is known of every Ollama within reach, kept current while somebody asks. Nothing is connected and no timer
 * runs before the first need.
 *
 * @example
 * import { Fleet } from "@ollama-bridge/discovery";
 *
 * const fleet = new Fleet({ configured: ["http://gpu.lan:11434"] });
 * await fleet.current();
 * const [instance] = fleet.having("llama3.2");
 * await fleet.close();
 */
export class Fleet implements FleetView {
  readonly #options: CompleteFleetOptions;
  readonly #registry: InstanceRegistry;
  readonly #ledger = new WorkLedger();
  readonly #statuses = new StatusLog();
  readonly #monitor: FleetMonitor;
  readonly #poller: Poller;
  readonly #listeners = new Set<ChangeListener>();
  readonly #look: FleetLook;
  #fallback: OllamaClient | undefined;
  #askingGpus: Promise<GpuState | undefined> | undefined;

  /** @throws BridgeError CONFIG_INVALID when two instances have one name. */
  constructor(options: FleetOptions) {
    this.#options = withDefaults(options);
    const { now, random, intervals, createClient, scan } = this.#options;
    const tell = (change: FleetChange) => this.#tell([change]);
    this.#registry = new InstanceRegistry({
      now,
      createClient,
      allowed: networks(scan.allowNetworks),
      ledger: this.#ledger,
      tell,
      applied: (instance) => void this.statusOf(instance),
    });
    this.#monitor = new FleetMonitor(this.#options, this.#registry, tell);
    this.#look = new FleetLook(this.#options, this.#monitor);
    this.#poller = new Poller({
      intervals,
      now,
      random,
      instances: () => this.instances,
      inFlight: ({ id }) => this.#ledger.count(id),
      poll: (instance, due) => this.#monitor.quietly(this.#monitor.look([instance], due)),
      scan: (watched) => this.#look.scanInBackground(watched),
      stopped: () => this.#look.lapse(),
    });
    this.#monitor.onLooked = (instance, due) => this.#poller.looked(instance, due);
  }

  /** Lists each server once: snapshots, which do not change. */
  get instances(): readonly Instance[] {
    return this.#registry.visible;
  }

  /** Returns the newest snapshot of an instance. */
  byId(id: string): Instance | undefined {
    return this.#registry.get(id);
  }

  /** Lists the routable instances that have the model. */
  having(model: string): readonly Instance[] {
    return this.#registry.having(canonicalName(model));
  }

  /** Tells how fast a model is known to be at an instance; what was never measured is absent. */
  estimate(instance: Instance, model: string): PairEstimate {
    return pairOf(instance, canonicalName(model)).history.estimate(this.#options.now());
  }

  /** Lists the names of all models there are. */
  modelNames(): readonly string[] {
    return this.#registry.modelNames();
  }

  /** Says how an instance is doing now, and since when. */
  statusOf(instance: Instance): StatusSince {
    const nowMs = this.#options.now();
    const { id } = instance;
    return this.#statuses.note(id, statusAt(instance, nowMs, this.#ledger.count(id)), nowMs);
  }

  /** Lists our attempts under way at an instance. */
  workAt({ id }: InstanceState): readonly Reservation[] {
    return this.#ledger.at(id);
  }

  /** Counts our attempts under way with a model at an instance. */
  inFlight({ id }: InstanceState, model: string): number {
    return this.#ledger.count(id, model);
  }

  /** Takes a slot, in the step of a choice; what ends it is `observe` and the reservation's `release`. */
  reserve({ id }: InstanceState, model: string, expectedMs: number): Reservation {
    this.#poller.touch();
    const startedMs = this.#options.now();
    const reservation = this.#ledger.take({ instance: id, model, startedMs, expectedMs }, () => {
      // What is released without an observation was no probe after all.
      this.#apply(id, { type: "attempt-ended", startedMs, model });
      this.#noteStatus(id);
    });
    this.#apply(id, { type: "attempt-started", atMs: startedMs, model });
    return reservation;
  }

  /** Learns from what became of an attempt. */
  observe({ instance: { id }, ...attempt }: AttemptObservation): void {
    const { now, random } = this.#options;
    this.#apply(id, { type: "attempt-observed", atMs: now(), jitter: random(), attempt });
    const instance = this.#registry.get(id);
    if (instance === undefined) return;
    if (attempt.outcome === "answered") this.#monitor.history.changed(instance);
    if (attempt.outcome === "unreachable") this.#poller.hurry(instance);
    const isNews = attempt.startedMs >= (instance.lastSeenMs ?? 0);
    if (attempt.outcome === "refused" && isNews)
      void this.#monitor.quietly(this.#monitor.look([instance], JUST_THERE));
  }

  /**
   * Makes the picture fit to decide on. At the first need, after a pause and while nothing is there, everything is looked
   * at; else the picture is current and this returns at once. Something that does not answer holds it up for 1 s at most
   * while there are others. Returns the number of addresses that were asked.
   */
  async current(): Promise<number> {
    this.#poller.touch();
    return this.#look.current();
  }

  /**
   * Looks anew, whatever is known. Returns the number of addresses that were asked.
   * @throws BridgeError VALIDATION_ERROR for hosts or ports of `where` that are not allowed.
   */
  async look(request: LookRequest): Promise<number> {
    this.#poller.touch();
    return this.#look.look(request);
  }

  /** Counts this machine's GPUs, once. */
  async detectGpus(): Promise<void> {
    this.#askingGpus ??= this.#options
      .askGpus()
      .then((gpus) => gpus && { count: gpus.count, vramGb: gpus.vramGb, source: "nvidia-smi" });
    const gpu = await this.#askingGpus;
    if (gpu === undefined) return;
    for (const { id, local } of this.instances) if (local) this.#apply(id, { type: "counted-gpus", gpu });
  }

  /**
   * Returns the client of the instance of that name; without one, the default's.
   * @throws BridgeError VALIDATION_ERROR that names the instances there are.
   */
  async clientNamed(name: string | undefined): Promise<OllamaClient> {
    await this.current();
    const { defaultInstance, createClient } = this.#options;
    const wanted = this.instances.find((instance) =>
      name === undefined ? instance.url === defaultInstance.url : instance.name === name,
    );
    if (wanted !== undefined) return wanted.client;
    const first = this.instances.find(({ routable }) => routable);
    if (name === undefined) {
      if (first !== undefined) return first.client;
      this.#fallback ??= createClient(defaultInstance);
      return this.#fallback;
    }
    const names = this.instances.map((instance) => instance.name);
    throw invalidArgument(
      "instance",
      `there is no ${name}`,
      names.length > 0
        ? `There are: ${names.join(", ")}.`
        : "No instance was found; start Ollama and call again.",
    );
  }

  /** Is told of every change while the picture is kept current anyway. The returned function ends it. */
  onChange(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Is told of every change within seconds: this machine and what is loaded are looked at more often. */
  watch(listener: ChangeListener): () => void {
    const stopListening = this.onChange(listener);
    const stopWatching = this.#poller.watch();
    void this.#monitor.quietly(this.current());
    return () => {
      stopListening();
      stopWatching();
    };
  }

  /** Takes changed configuration; what is being generated goes on. @throws BridgeError CONFIG_INVALID */
  async configure(specs: readonly InstanceSpec[]): Promise<void> {
    const fresh = this.#registry.configure(uniqueSpecs(specs));
    if (!this.#look.hasBegun) return;
    await this.#monitor.look(fresh, EVERYTHING);
    this.#tell(await this.#registry.reconcile());
  }

  /** Ends all timers and connections, and writes what was learned. */
  async close(): Promise<void> {
    this.#poller.stop();
    this.#listeners.clear();
    await Promise.all([this.#monitor.close(), this.#fallback?.close()]);
  }

  #apply(id: string, event: InstanceEvent): void {
    this.#tell(this.#registry.apply(id, event));
  }

  #noteStatus(id: string): void {
    const instance = this.#registry.get(id);
    if (instance !== undefined) this.statusOf(instance);
  }

  #tell(changes: readonly FleetChange[]): void {
    for (const change of changes) for (const listener of this.#listeners) listener(change);
  }
}
