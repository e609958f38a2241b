import type { OllamaClient } from "@ollama-bridge/core-client";
import { foundationErrors, waitAtMost } from "@ollama-bridge/foundation";
import { EVERYTHING, FleetMonitor } from "../health/fleet-monitor.ts";
import { Poller } from "../health/poller.ts";
import { parsePorts, targetAt, targetsOf } from "../scan/scan-targets.ts";
import type { ChangeListener, FleetChange } from "./fleet-change.ts";
import { type FleetOptions, withDefaults } from "./fleet-options.ts";
import type { AttemptObservation, FleetView, InstanceState, Reservation } from "./fleet-state.ts";
import type { Instance } from "./instance.ts";
import { type InstanceSpec, uniqueSpecs } from "./instance-spec.ts";
import { observe, reserve } from "./work-ledger.ts";

const JUST_THERE = { reachability: true, loaded: false, models: false };
const JUST_MODELS = { reachability: false, loaded: false, models: true };

const OTHERS_WITHIN_MS = 1_000;
const REREAD_WITHIN_MS = 700;
const SCAN_WITHIN_MS = 150;

/** What a caller asks to be scanned. */
export interface ScanRequest {
  /** Hosts, host:ports, URLs or networks up to a /24. */
  hosts?: readonly string[] | undefined;
  /** Instead of the configured ones. */
  ports?: string | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * All that is known of every Ollama within reach, kept current while somebody asks. Nothing is connected and no timer
 * runs before the first need.
 */
export class Fleet implements FleetView {
  readonly #options: Required<FleetOptions>;
  readonly #monitor: FleetMonitor;
  readonly #poller: Poller;
  readonly #listeners = new Set<ChangeListener>();
  /** The look at everything that the current picture began with. */
  #first: Promise<void> | undefined;
  #isLookingEverywhere = false;
  #hostsScannedMs = Number.NEGATIVE_INFINITY;
  #rereading: Promise<void> | undefined;
  #scanning: Promise<void> | undefined;
  #scanningHosts: Promise<number> | undefined;
  #fallback: OllamaClient | undefined;
  #askingGpus: Promise<InstanceState["gpu"] | undefined> | undefined;

  /** @throws BridgeError CONFIG_INVALID when two instances have one name. */
  constructor(options: FleetOptions) {
    this.#options = withDefaults(options);
    const { now, random, intervals } = this.#options;
    this.#monitor = new FleetMonitor(this.#options, (change) => this.#tell(change));
    this.#poller = new Poller({
      intervals,
      now,
      random,
      instances: () => this.instances,
      poll: (instance, due) => this.#quietly(this.#monitor.look([instance], due)),
      scan: (watched) => this.#pollScan(watched),
      stopped: () => {
        this.#first = undefined;
      },
    });
    this.#monitor.onLooked = (instance, due) => this.#poller.looked(instance, due);
  }

  get instances(): readonly Instance[] {
    return this.#monitor.registry.visible;
  }

  /** Routable instances that have the model (canonical name). */
  having(model: string): readonly Instance[] {
    return this.#monitor.registry.having(model);
  }

  modelNames(): readonly string[] {
    return this.#monitor.registry.modelNames();
  }

  reserve(instance: InstanceState, model: string, expectedMs: number): Reservation {
    this.#poller.touch();
    return reserve(instance as Instance, model, expectedMs, this.#options);
  }

  observe(attempt: AttemptObservation): void {
    const instance = attempt.instance as Instance;
    observe(instance, attempt, this.#options);
    if (attempt.outcome === "answered") this.#monitor.history.changed(instance);
    if (attempt.outcome === "unreachable") this.#poller.hurry(instance);
    const isNews = attempt.startedMs >= (instance.lastSeenMs ?? 0);
    if (attempt.outcome === "refused" && isNews)
      void this.#quietly(this.#monitor.look([instance], JUST_THERE));
  }

  /**
   * At the first need, after a pause and while nothing is there, looks at everything; else the picture is current and
   * this returns at once.
   * Something that does not answer holds it up for a second at most while there are others. Counts the addresses that
   * were asked.
   */
  async ready(): Promise<number> {
    this.#poller.touch();
    let asked = 0;
    const isFirst = this.#first === undefined;
    if (this.#first === undefined || (this.instances.length === 0 && !this.#isLookingEverywhere)) {
      const look = this.#monitor.lookEverywhere();
      asked = look.asked;
      this.#isLookingEverywhere = true;
      this.#first = this.#quietly(look.done).finally(() => {
        this.#isLookingEverywhere = false;
      });
      // After it: a network is thousands of connections, which would keep a busy machine from what is known.
      if (isFirst) void this.#first.then(() => this.#scanConfiguredHosts());
    }
    await waitAtMost(OTHERS_WITHIN_MS, this.#first);
    // On a busy machine one may have answered, and not yet told its models: that is of no use to anybody.
    const isUsable = ({ reachable, routable, contents }: Instance) =>
      reachable && routable && contents !== undefined;
    if (!this.instances.some(isUsable)) await this.#first;
    return asked;
  }

  /** Looks anew at everything that is known and configured. Counts the addresses that were asked. */
  async refresh(signal?: AbortSignal): Promise<number> {
    let asked = await this.ready();
    if (asked > 0) await this.#first;
    else {
      const look = this.#monitor.lookEverywhere();
      asked = look.asked;
      await look.done;
    }
    const options = { signal, includeClosed: true, includeForeign: true };
    return asked + (await (this.#scanningHosts ?? this.#monitor.scanConfiguredHosts(options)));
  }

  /**
   * Scans hosts that a caller names, private ones only; without hosts, this machine on other ports. Counts the
   * addresses that were asked.
   * @throws BridgeError VALIDATION_ERROR for hosts or ports that are not allowed.
   */
  async scan({ hosts = [], ports, signal }: ScanRequest): Promise<number> {
    const portList = parsePorts(ports ?? this.#options.scan.ports);
    const named = await targetsOf(hosts, portList);
    const targets = hosts.length > 0 ? named : portList.map((port) => targetAt("127.0.0.1", port));
    await this.ready();
    return this.#monitor.scan(targets, { signal, includeClosed: true, includeForeign: true });
  }

  /**
   * Reads every list of models afresh and looks for new instances on this machine, once for many callers: what was
   * pulled or started a moment ago is there. An instance that is silent is not waited for.
   */
  async refreshModels(): Promise<void> {
    if ((await this.ready()) > 0) return;
    const reread = async () => {
      await this.#monitor.look(this.instances, JUST_MODELS);
      await this.#monitor.scanLoopback({ includeClosed: true });
    };
    this.#rereading ??= reread().finally(() => {
      this.#rereading = undefined;
    });
    await waitAtMost(REREAD_WITHIN_MS, this.#rereading);
  }

  /** Looks for new instances on this machine, once for many callers, and for no longer than a scan may take. */
  async scanThisMachine(): Promise<void> {
    this.#scanning ??= this.#quietly(this.#monitor.scanLoopback({ includeClosed: true })).finally(() => {
      this.#scanning = undefined;
    });
    await waitAtMost(SCAN_WITHIN_MS, this.#scanning);
  }

  /** Learns capabilities and context lengths of the named models, or of all, where they are not known yet. */
  async describe(models?: readonly string[]): Promise<void> {
    const instances = models === undefined ? this.instances : models.flatMap((model) => this.having(model));
    await this.#monitor.describer.describe(instances, models);
  }

  /** Learns whether the named models run in Ollama's cloud, where their servers do not list it. */
  async askCloud(models: readonly string[]): Promise<void> {
    await Promise.all(models.map((model) => this.#monitor.describer.askCloud(this.having(model), [model])));
  }

  /** Counts this machine's GPUs, once. */
  async detectGpus(): Promise<void> {
    this.#askingGpus ??= this.#options
      .askGpus()
      .then((gpus) => gpus && { count: gpus.count, vramGb: gpus.vramGb, source: "nvidia-smi" });
    const gpus = await this.#askingGpus;
    if (gpus) for (const instance of this.instances) if (instance.local) instance.gpuSeen = gpus;
  }

  clientOf(instance: InstanceState): OllamaClient {
    return (instance as Instance).client;
  }

  /**
   * The client of the instance of that name; without one, the default's.
   * @throws BridgeError VALIDATION_ERROR that names the instances there are.
   */
  async clientNamed(name: string | undefined): Promise<OllamaClient> {
    await this.ready();
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
    throw foundationErrors.create("VALIDATION_ERROR", `instance: there is no ${name}`, {
      details: { path: "instance", issue: "unknown" },
      hint:
        names.length > 0
          ? `There are: ${names.join(", ")}.`
          : "No instance was found; start Ollama and call again.",
    });
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
    void this.#quietly(this.ready());
    return () => {
      stopListening();
      stopWatching();
    };
  }

  /** Takes changed configuration; what is being generated goes on. @throws BridgeError CONFIG_INVALID */
  async configure(specs: readonly InstanceSpec[]): Promise<void> {
    const fresh = this.#monitor.registry.configure(uniqueSpecs(specs));
    if (this.#first === undefined) return;
    await this.#monitor.look(fresh, EVERYTHING);
    await this.#monitor.registry.reconcile();
  }

  async close(): Promise<void> {
    this.#poller.stop();
    this.#listeners.clear();
    await Promise.all([this.#monitor.close(), this.#fallback?.close()]);
  }

  /** In the background: the first caller need not wait for a whole network. */
  #scanConfiguredHosts(): void {
    this.#hostsScannedMs = this.#options.now();
    this.#scanningHosts ??= this.#monitor.scanConfiguredHosts().finally(() => {
      this.#scanningHosts = undefined;
    });
    void this.#quietly(this.#scanningHosts);
  }

  async #pollScan(watched: boolean): Promise<void> {
    const { now, intervals } = this.#options;
    if (now() - this.#hostsScannedMs >= intervals.modelsMs) this.#scanConfiguredHosts();
    await this.#quietly(this.#monitor.scanLoopback({ includeClosed: watched }));
  }

  /** Work that nobody waits for: what goes wrong is logged. */
  async #quietly(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.#options.warn({ err: (error as Error).message }, "A look at the fleet failed");
    }
  }

  #tell(change: FleetChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
