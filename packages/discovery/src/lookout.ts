import type { ChangeListener, FleetChange } from "./fleet-change.ts";
import type { FleetOptions } from "./fleet-options.ts";
import { HistoryKeeper } from "./history-keeper.ts";
import { networks } from "./host-addresses.ts";
import type { Instance } from "./instance.ts";
import { InstanceReader } from "./instance-reader.ts";
import { uniqueSpecs } from "./instance-spec.ts";
import { ModelDescriber } from "./model-describer.ts";
import type { Due } from "./poller.ts";
import { Roster } from "./roster.ts";
import { parsePorts, type ScanTarget, targetAt, targetsOf } from "./scan-targets.ts";
import { type Found, Scanner, type ScanOptions } from "./scanner.ts";
import { within } from "./within.ts";

const COMPARE_WITHIN_MS = 500;
const LOOPBACK = "127.0.0.1";
export const EVERYTHING: Due = { reachability: true, loaded: true, models: true };

/** Looks at instances and for new ones, and keeps the roster true to what was seen. */
export class Lookout {
  readonly roster: Roster;
  readonly describer: ModelDescriber;
  readonly history: HistoryKeeper;
  readonly #options: Required<FleetOptions>;
  readonly #tell: ChangeListener;
  readonly #scanner: Scanner;
  readonly #reader: InstanceReader;
  /** Called after each look at an instance. */
  onLooked: (instance: Instance, due: Due) => void = () => undefined;
  /** Whose lists had something that could not be used; told once. */
  readonly #warnedOf = new WeakSet<Instance>();
  #closed = false;

  /** @throws BridgeError CONFIG_INVALID when two instances have one name. */
  constructor(options: Required<FleetOptions>, tell: ChangeListener) {
    const { now, wall, createClient, scan, store, warn } = options;
    const clock = { now, wall };
    this.#options = options;
    this.#tell = tell;
    this.describer = new ModelDescriber(now);
    this.history = new HistoryKeeper({ store, clock, warn });
    this.roster = new Roster({ clock, createClient, allowed: networks(scan.allowNetworks), tell });
    this.#scanner = new Scanner(now, createClient);
    this.#reader = new InstanceReader();
    this.roster.configure(uniqueSpecs(options.configured));
  }

  /** Looks at every known instance and for new ones on this machine; `asked` counts the addresses. */
  lookEverywhere(): { asked: number; done: Promise<void> } {
    this.roster.forgetAliases();
    const known = this.roster.visible;
    const targets = this.#unknown(this.#loopbackTargets());
    return { asked: known.length + targets.length, done: this.#lookAtAll(known, targets) };
  }

  async #lookAtAll(known: readonly Instance[], targets: readonly ScanTarget[]): Promise<void> {
    const looks = this.look(known, EVERYTHING);
    const { found, done } = await this.#scanner.scan(targets, { includeClosed: true, includeForeign: true });
    // What is found is compared with what is known; something silent among either must not hold it up for long.
    await within(COMPARE_WITHIN_MS, Promise.all([looks, done]));
    await this.#take(found.splice(0));
    await Promise.all([looks, done]);
    if (found.length > 0) await this.#take(found);
  }

  async look(instances: readonly Instance[], due: Due): Promise<void> {
    const changes: FleetChange[] = [];
    const changed = await this.#readEach(instances, due, changes);
    if (changed) await this.roster.reconcile();
    else await this.roster.judge(instances);
    this.#tellAll(changes);
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

  async close(): Promise<void> {
    this.#closed = true;
    await this.history.close();
    await this.roster.close();
  }

  #loopbackTargets(): ScanTarget[] {
    const { local, ports } = this.#options.scan;
    return local ? parsePorts(ports).map((port) => targetAt(LOOPBACK, port)) : [];
  }

  #unknown(targets: readonly ScanTarget[]): ScanTarget[] {
    return targets.filter(({ url }) => !this.roster.knows(url));
  }

  async #take(found: readonly Found[]): Promise<void> {
    if (this.#closed) {
      await Promise.all(found.map(({ client }) => client.close()));
      return;
    }
    const fresh = await this.roster.add(found);
    await this.look(fresh, { ...EVERYTHING, models: false });
    void this.describer.describe(fresh);
  }

  /** Whether an instance came or went; what changed is added to `changes`, to be told once the roster is true. */
  async #readEach(instances: readonly Instance[], due: Due, changes: FleetChange[]): Promise<boolean> {
    const changed = await Promise.all(instances.map((instance) => this.#read(instance, due, changes)));
    return changed.includes(true);
  }

  async #read(instance: Instance, due: Due, changes: FleetChange[]): Promise<boolean> {
    const before = instance.reachable === true;
    const [answers] = await Promise.all([
      this.#reader.look(instance, due, changes),
      this.history.load(instance),
    ]);
    this.onLooked(instance, due);
    this.#warnOf(instance);
    if (this.#closed) return false;
    if (answers) {
      if (due.models || !before) {
        this.roster.modelsChanged();
        void this.describer.describe([instance]);
      }
      return !before;
    }
    if (before && instance.spec.origin === "configured")
      changes.push({ type: "instance-down", instance: instance.name });
    const others = this.roster.down(instance);
    await this.#readEach(others, EVERYTHING, changes);
    return before;
  }

  #warnOf(instance: Instance): void {
    const { name, warnings } = instance;
    if (warnings.length === 0 || this.#warnedOf.has(instance)) return;
    this.#warnedOf.add(instance);
    this.#options.warn({ instance: name, warnings }, "A list of an instance could not be used whole");
  }

  #tellAll(changes: readonly FleetChange[]): void {
    for (const change of changes) this.#tell(change);
  }
}
