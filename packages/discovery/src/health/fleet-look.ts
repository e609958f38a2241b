import { waitAtMost } from "@ollama-bridge/foundation";
import type { CompleteFleetOptions } from "../registry/fleet-options.ts";
import type { Instance } from "../registry/instance.ts";
import type { InstanceRegistry } from "../registry/instance-registry.ts";
import { parsePorts, targetAt, targetsOf } from "../scan/scan-targets.ts";
import type { FleetMonitor } from "./fleet-monitor.ts";

const JUST_MODELS = { reachability: false, loaded: false, models: true };

const OTHERS_TIMEOUT_MS = 1_000;
const REREAD_TIMEOUT_MS = 700;
const SCAN_TIMEOUT_MS = 150;

/** What `Fleet.look` looks at. */
export interface LookRequest {
  /**
   * What is read afresh:
   * - `everything`: every instance, this machine and the configured hosts.
   * - `models`: every list of models, and new instances on this machine. Takes 0.7 s at most.
   * - `instances`: new instances at the addresses of `where`; without it on this machine, for 0.15 s at most.
   * - `details`: capabilities, context lengths and whether it runs in the cloud, of models whose lists do not say it.
   */
  fresh: "everything" | "models" | "instances" | "details";
  where?: {
    /** Private hosts, host:ports, URLs or networks up to a /24. */
    hosts?: readonly string[] | undefined;
    /** Instead of the configured ones: "11434-11499" or "11434,11500". */
    ports?: string | undefined;
    /** Canonical names, for `details`; absent: all. */
    models?: readonly string[] | undefined;
    /** Capabilities that are asked for where the list of a server does not name them, for `details`. */
    needs?: readonly string[] | undefined;
  };
  signal?: AbortSignal | undefined;
}

/** The two ways to look at a fleet, and what looks of many callers share. */
export class FleetLook {
  readonly #options: CompleteFleetOptions;
  readonly #monitor: FleetMonitor;
  readonly #registry: InstanceRegistry;
  /** The look at everything that the current picture began with. */
  #first: Promise<void> | undefined;
  #isLookingEverywhere = false;
  #hostsScannedMs = Number.NEGATIVE_INFINITY;
  #rereading: Promise<void> | undefined;
  #scanning: Promise<void> | undefined;
  #scanningHosts: Promise<number> | undefined;

  constructor(options: CompleteFleetOptions, monitor: FleetMonitor) {
    this.#options = options;
    this.#monitor = monitor;
    this.#registry = monitor.registry;
  }

  /** Whether there is a picture that is kept current. */
  get hasBegun(): boolean {
    return this.#first !== undefined;
  }

  /** Notes that nobody keeps the picture current any more: the next need looks at everything. */
  lapse(): void {
    this.#first = undefined;
  }

  /** See `Fleet.current`. */
  async current(): Promise<number> {
    let asked = 0;
    const isFirst = this.#first === undefined;
    if (this.#first === undefined || (this.#registry.visible.length === 0 && !this.#isLookingEverywhere)) {
      const look = this.#monitor.lookEverywhere();
      asked = look.asked;
      this.#isLookingEverywhere = true;
      this.#first = this.#monitor.quietly(look.done).finally(() => {
        this.#isLookingEverywhere = false;
      });
      // After it: a network is thousands of connections, which would keep a busy machine from what is known.
      if (isFirst) void this.#first.then(() => this.#scanConfiguredHosts());
    }
    if (this.#isLookingEverywhere) await waitAtMost(OTHERS_TIMEOUT_MS, this.#first);
    // On a busy machine one may have answered, and not yet told its models: that is of no use to anybody.
    const isUsable = ({ reachable, routable, contents }: Instance) =>
      reachable && routable && contents !== undefined;
    if (!this.#registry.visible.some(isUsable)) await this.#first;
    return asked;
  }

  /** See `Fleet.look`. */
  async look({ fresh, where = {}, signal }: LookRequest): Promise<number> {
    if (fresh === "everything") return this.#lookAtEverything(signal);
    if (fresh === "models") return this.#rereadModels();
    if (fresh === "details") return this.#describe(where.models, where.needs);
    if (where.hosts === undefined && where.ports === undefined) return this.#scanThisMachine();
    const { hosts = [], ports = this.#options.scan.ports } = where;
    const portList = parsePorts(ports);
    const named = await targetsOf(hosts, portList);
    const targets = hosts.length > 0 ? named : portList.map((port) => targetAt("127.0.0.1", port));
    await this.current();
    return this.#monitor.scan(targets, { signal, includeClosed: true, includeForeign: true });
  }

  async #lookAtEverything(signal: AbortSignal | undefined): Promise<number> {
    let asked = await this.current();
    if (asked > 0) await this.#first;
    else {
      const look = this.#monitor.lookEverywhere();
      asked = look.asked;
      await look.done;
    }
    const options = { signal, includeClosed: true, includeForeign: true };
    return asked + (await (this.#scanningHosts ?? this.#monitor.scanConfiguredHosts(options)));
  }

  /** Once for many callers; an instance that is silent is not waited for. */
  async #rereadModels(): Promise<number> {
    const asked = await this.current();
    if (asked > 0) return asked;
    const reread = async () => {
      await this.#monitor.look(this.#registry.visible, JUST_MODELS);
      await this.#monitor.scanLoopback({ includeClosed: true });
    };
    this.#rereading ??= reread().finally(() => {
      this.#rereading = undefined;
    });
    await waitAtMost(REREAD_TIMEOUT_MS, this.#rereading);
    return this.#registry.visible.length;
  }

  /** Once for many callers, and for no longer than a scan may take. */
  async #scanThisMachine(): Promise<number> {
    let asked = 0;
    const scan = async () => {
      asked = await this.#monitor.scanLoopback({ includeClosed: true });
    };
    this.#scanning ??= this.#monitor.quietly(scan()).finally(() => {
      this.#scanning = undefined;
    });
    await waitAtMost(SCAN_TIMEOUT_MS, this.#scanning);
    return asked;
  }

  async #describe(
    models: readonly string[] | undefined,
    needs: readonly string[] | undefined,
  ): Promise<number> {
    const having = models?.flatMap((model) => this.#registry.having(model)) ?? this.#registry.visible;
    const instances = [...new Set(having)];
    await this.#monitor.describer.describe(instances, models, needs);
    return instances.length;
  }

  /** In the background: the first caller need not wait for a whole network. */
  #scanConfiguredHosts(): void {
    this.#hostsScannedMs = this.#options.now();
    this.#scanningHosts ??= this.#monitor.scanConfiguredHosts().finally(() => {
      this.#scanningHosts = undefined;
    });
    void this.#monitor.quietly(this.#scanningHosts);
  }

  /** Looks for new instances on this machine and, now and then, on the configured hosts. */
  async scanInBackground(watched: boolean): Promise<void> {
    const { now, intervals } = this.#options;
    if (now() - this.#hostsScannedMs >= intervals.modelsMs) this.#scanConfiguredHosts();
    await this.#monitor.quietly(this.#monitor.scanLoopback({ includeClosed: watched }));
  }
}
