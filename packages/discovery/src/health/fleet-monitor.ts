import { waitAtMost } from "@ollama-bridge/foundation";
import { ModelDescriber } from "../catalog/model-describer.ts";
import { HistoryKeeper } from "../learning/history-keeper.ts";
import type { ChangeListener, FleetChange } from "../registry/fleet-change.ts";
import type { CompleteFleetOptions } from "../registry/fleet-options.ts";
import { type Instance, warningsOf } from "../registry/instance.ts";
import type { InstanceRegistry } from "../registry/instance-registry.ts";
import { uniqueSpecs } from "../registry/instance-spec.ts";
import { parsePorts, type ScanTarget, targetAt, targetsOf } from "../scan/scan-targets.ts";
import { type Found, Scanner, type ScanOptions } from "../scan/scanner.ts";
import { HealthProbe } from "./health-probe.ts";
import type { Due } from "./poller.ts";

const COMPARE_TIMEOUT_MS = 500;
const LOOPBACK = "127.0.0.1";
export const EVERYTHING: Due = { reachability: true, loaded: true, models: true };

/** Looks at instances and for new ones, and keeps the registry true to what was seen. */
export class FleetMonitor {
  readonly registry: InstanceRegistry;
  readonly describer: ModelDescriber;
  readonly history: HistoryKeeper;
  readonly #options: CompleteFleetOptions;
  readonly #tell: ChangeListener;
  readonly #scanner: Scanner;
  readonly #probe: HealthProbe;
  /** Called after each look at an instance. */
  onLooked: (instance: Instance, due: Due) => void = () => undefined;
  /** Whose lists had something that could not be used; told once. */
  readonly #warnedOf = new Set<string>();
  #closed = false;

  /** @throws BridgeError CONFIG_INVALID when two instances have one name. */
  constructor(options: CompleteFleetOptions, registry: InstanceRegistry, tell: ChangeListener) {
    const { now, wall, createClient, store, warn } = options;
    const clock = { now, wall };
    this.#options = options;
    this.#tell = tell;
    this.registry = registry;
    this.describer = new ModelDescriber(registry, now);
    this.history = new HistoryKeeper({ store, clock, registry, warn });
    this.#scanner = new Scanner(now, createClient);
    this.#probe = new HealthProbe(registry, clock);
    registry.configure(uniqueSpecs(options.configured));
  }

  /** Looks at every known instance and for new ones on this machine; `asked` counts the addresses. */
  lookEverywhere(): { asked: number; done: Promise<void> } {
    this.registry.forgetAliases();
    const known = this.registry.visible;
    const targets = this.#unknown(this.#loopbackTargets());
    return { asked: known.length + targets.length, done: this.#lookAtAll(known, targets) };
  }

  async #lookAtAll(known: readonly Instance[], targets: readonly ScanTarget[]): Promise<void> {
    const looks = this.look(known, EVERYTHING);
    const { found, done } = await this.#scanner.scan(targets, { includeClosed: true, includeForeign: true });
    // What is found is compared with what is known; something silent among either must not hold it up for long.
    await waitAtMost(COMPARE_TIMEOUT_MS, Promise.all([looks, done]));
    await this.#take(found.splice(0));
    await Promise.all([looks, done]);
    if (found.length > 0) await this.#take(found);
  }

  async look(instances: readonly Instance[], due: Due): Promise<void> {
    const changes: FleetChange[] = [];
    const changed = await this.#readEach(instances, due, changes);
    const judged = changed
      ? await this.registry.reconcile()
      : await this.registry.judge(instances.map(({ id }) => id));
    for (const change of [...changes, ...judged]) this.#tell(change);
  }

  async scan(targets: readonly ScanTarget[], options: ScanOptions): Promise<number> {
    if (this.#closed) return 0;
    const { found, asked, done } = await this.#scanner.scan(this.#unknown(targets), options);
    await done;
    await this.#take(found);
    return asked;
  }

  scanLoopback(options: ScanOptions): Promise<number> {
    return this.scan(this.#loopbackTargets(), options);
  }

  /** Scans what the configuration names beyond this machine; a network can take half a minute. */
  async scanConfiguredHosts(options: ScanOptions = {}): Promise<number> {
    const { hosts, ports } = this.#options.scan;
    const targets: ScanTarget[] = [];
    for (const host of hosts) {
      try {
        const found = await targetsOf([host], parsePorts(ports), {
          path: "discovery.hosts",
          anyAddress: true,
        });
        targets.push(...found);
      } catch (error) {
        // A name that does not resolve just now leaves the other hosts their scan.
        this.#options.warn({ err: (error as Error).message }, "A configured host cannot be scanned");
      }
    }
    return targets.length === 0 ? 0 : this.scan(targets, options);
  }

  /** Does work that nobody waits for: what goes wrong is logged. */
  async quietly(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.#options.warn({ err: (error as Error).message }, "A look at the fleet failed");
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.history.close();
    await this.registry.close();
  }

  #loopbackTargets(): ScanTarget[] {
    const { local, ports } = this.#options.scan;
    return local ? parsePorts(ports).map((port) => targetAt(LOOPBACK, port)) : [];
  }

  #unknown(targets: readonly ScanTarget[]): ScanTarget[] {
    return targets.filter(({ url }) => !this.registry.knows(url));
  }

  async #take(found: readonly Found[]): Promise<void> {
    if (this.#closed) {
      await Promise.all(found.map(({ client }) => client.close()));
      return;
    }
    const fresh = await this.registry.add(found);
    await this.look(fresh, { ...EVERYTHING, models: false });
    void this.describer.describe(fresh);
  }

  /** Whether an instance came or went; what changed is added to `changes`, to be told once the registry is true. */
  async #readEach(instances: readonly Instance[], due: Due, changes: FleetChange[]): Promise<boolean> {
    const changed = await Promise.all(instances.map((instance) => this.#read(instance, due, changes)));
    return changed.includes(true);
  }

  async #read({ id }: Instance, due: Due, changes: FleetChange[]): Promise<boolean> {
    const instance = this.registry.get(id);
    if (instance === undefined) return false;
    const before = instance.reachable === true;
    const [looked] = await Promise.all([this.#probe.look(instance, due), this.history.load(instance)]);
    changes.push(...looked);
    this.onLooked(instance, due);
    const after = this.registry.get(id);
    if (after !== undefined) this.#warnOf(after);
    if (this.#closed) return false;
    if (after?.reachable) {
      if (due.models || !before) void this.describer.describe([after]);
      return !before;
    }
    await this.#readEach(this.registry.down(id), EVERYTHING, changes);
    return before;
  }

  #warnOf(instance: Instance): void {
    const { id, name } = instance;
    const warnings = warningsOf(instance);
    if (warnings.length === 0 || this.#warnedOf.has(id)) return;
    this.#warnedOf.add(id);
    this.#options.warn({ instance: name, warnings }, "A list of an instance could not be used whole");
  }
}
