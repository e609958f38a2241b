import type { BlockList } from "node:net";
import { type InstanceSettings, isLoopback, type OllamaClient } from "@ollama-bridge/core-client";
import { contains } from "../scan/host-addresses.ts";
import { identify, type ServerIdentity, sameServer, whyUnnamedIsUnused } from "../scan/identity.ts";
import type { Found } from "../scan/scanner.ts";
import { type ChangeListener, changesBetween, type FleetChange } from "./fleet-change.ts";
import { type Instance, isLocal, newInstance } from "./instance.ts";
import type { InstanceEvent } from "./instance-event.ts";
import { type InstanceSpec, specOfTarget } from "./instance-spec.ts";
import { stepInstance } from "./instance-step.ts";
import type { WorkLedger } from "./work-ledger.ts";

export interface RegistryOptions {
  now(): number;
  createClient(settings: InstanceSettings): OllamaClient;
  /** Scanned instances in these may be routed to. */
  allowed: BlockList;
  ledger: WorkLedger;
  /** Is told of who comes and goes. */
  tell: ChangeListener;
  /** Is called after each event. */
  applied(instance: Instance): void;
}

/** Where the newest snapshot of an instance stands. */
interface Slot {
  instance: Instance;
}

/** Which instances there are, each server once, whatever its addresses, and what is known of each. */
export class InstanceRegistry {
  readonly #options: RegistryOptions;
  /** By `id`: all that answer to one, gone and closing ones too. */
  readonly #slots = new Map<string, Slot>();
  /** Configured ones first, in their order. */
  #all: readonly Slot[] = [];
  #published: readonly Slot[] = [];
  /** The snapshots of `#published`; made when they are asked for, like the two below. */
  #visible: readonly Instance[] | undefined;
  #slotsByModel: Map<string, Slot[]> | undefined;
  readonly #having = new Map<string, readonly Instance[]>();
  /** Scanned addresses of instances that are here under another one; `id` by URL. */
  readonly #aliases = new Map<string, string>();
  /** Scanned ones that are gone, by URL; when one comes back it keeps its name and what was learned. */
  readonly #gone = new Map<string, Slot>();
  #created = 0;

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  /** Each server once. */
  get visible(): readonly Instance[] {
    this.#visible ??= this.#published.map(({ instance }) => instance);
    return this.#visible;
  }

  /** Finds the newest snapshot; undefined when the instance was dropped and nothing runs there. */
  get(id: string): Instance | undefined {
    return this.#slots.get(id)?.instance;
  }

  having(model: string): readonly Instance[] {
    const known = this.#having.get(model);
    if (known !== undefined) return known;
    const slots = this.#index().get(model);
    if (slots === undefined) return [];
    const instances = slots.map(({ instance }) => instance);
    this.#having.set(model, instances);
    return instances;
  }

  modelNames(): string[] {
    return [...this.#index().keys()];
  }

  /** Says whether an address is already looked after. */
  knows(url: string): boolean {
    return this.#all.some(({ instance }) => instance.url === url) || this.#aliases.has(url);
  }

  /**
   * Takes in what became known of an instance, and returns what that changed. Of what is not in the picture nothing is
   * told; what is known no more changes nothing.
   */
  apply(id: string, event: InstanceEvent): FleetChange[] {
    const slot = this.#slots.get(id);
    if (slot === undefined) return [];
    const before = slot.instance;
    const after = stepInstance(before, event);
    if (after === before) return [];
    slot.instance = after;
    this.#visible = undefined;
    this.#having.clear();
    if (before.models !== after.models || before.routable !== after.routable) this.#slotsByModel = undefined;
    this.#options.applied(after);
    return this.#published.includes(slot) ? changesBetween(before, after) : [];
  }

  /** Replaces the configured instances; those that are as they were stay. Returns the new ones. */
  configure(specs: readonly InstanceSpec[]): Instance[] {
    const before = this.#all;
    const kept = specs.map(
      (spec) =>
        before.find(({ instance }) => JSON.stringify(instance.spec) === JSON.stringify(spec)) ??
        this.#create(spec, spec.name),
    );
    const urls = new Set(specs.map(({ url }) => url));
    const scanned = before.filter(
      ({ instance: { spec } }) => spec.origin === "scanned" && !urls.has(spec.url),
    );
    this.#all = [...kept, ...scanned];
    for (const slot of before) {
      if (this.#all.includes(slot)) continue;
      const { id } = slot.instance;
      this.#forgetAliases(id);
      this.#closeWhenIdle(id);
      this.apply(id, { type: "dropped" });
    }
    this.#publish();
    return kept.filter((slot) => !before.includes(slot)).map(({ instance }) => instance);
  }

  /** Takes in what a scan found; what turns out to be another address of a known server is left out. */
  async add(found: readonly Found[]): Promise<Instance[]> {
    const fresh: Slot[] = [];
    for (const { target, version, models: list, client } of found) {
      const before = this.#gone.get(target.url);
      const isAllowed = contains(this.#options.allowed, target.host);
      const spec = { ...specOfTarget(target), unnamed: !isAllowed };
      const name = before?.instance.name ?? this.#freeName(spec.name);
      // Answers and errors call an instance what its client is called.
      const keepsClient = before === undefined && name === spec.name && !isAllowed && !this.knows(target.url);
      if (!keepsClient) await client.close();
      if (this.knows(target.url)) continue;
      this.#gone.delete(target.url);
      const slot = before ?? this.#create(spec, name, keepsClient ? client : undefined);
      this.apply(slot.instance.id, { type: "found", atMs: this.#options.now(), version, list });
      this.#all = [...this.#all, slot];
      fresh.push(slot);
    }
    if (fresh.length > 0) for (const change of await this.reconcile()) this.#options.tell(change);
    return fresh.filter((slot) => this.#published.includes(slot)).map(({ instance }) => instance);
  }

  /** Finds out which of the instances that answer are one server. The one that stands first remains. */
  async reconcile(): Promise<FleetChange[]> {
    const answering = this.#all.filter(({ instance }) => instance.reachable);
    const identities = await identify(answering.map(({ instance }) => instance.url));
    const reasons = await Promise.all(
      answering.map(({ instance }, index) => whyUnused(instance, identities[index])),
    );
    const changes: FleetChange[] = [];
    const distinct: (ServerIdentity & { fingerprint: string | undefined; id: string })[] = [];
    for (const [index, slot] of answering.entries()) {
      const known = identities[index];
      if (known === undefined) continue;
      const { id, contents } = slot.instance;
      const identity = { ...known, fingerprint: contents, id };
      const aliasOf = distinct.find((other) => sameServer(other, identity))?.id;
      changes.push(...this.apply(id, { type: "identified", whyUnused: reasons[index], aliasOf }));
      if (aliasOf === undefined) distinct.push(identity);
      else if (slot.instance.spec.origin === "scanned") this.#becomeAlias(slot, aliasOf);
    }
    this.#publish();
    return changes;
  }

  /** Applies the listener rule again to those that nobody named: another process may listen there by now. */
  async judge(ids: readonly string[]): Promise<FleetChange[]> {
    const instances = ids.flatMap((id) => this.get(id) ?? []);
    const unnamed = instances.filter(({ spec, reachable }) => spec.unnamed && reachable);
    if (unnamed.length === 0) return [];
    const identities = await identify(unnamed.map(({ url }) => url));
    const changes: FleetChange[] = [];
    for (const [index, { id, ...instance }] of unnamed.entries()) {
      const reason = await whyUnused(instance, identities[index]);
      const { aliasOf } = this.get(id) ?? instance;
      if (reason !== instance.whyUnused)
        changes.push(...this.apply(id, { type: "identified", whyUnused: reason, aliasOf }));
    }
    return changes;
  }

  /**
   * Notes that an instance does not answer any more. A scanned one leaves; of a configured one its other addresses,
   * returned here, may be another server by now.
   */
  down(id: string): Instance[] {
    this.#forgetAliases(id);
    const slot = this.#slots.get(id);
    if (slot?.instance.spec.origin === "scanned" && this.#all.includes(slot)) {
      this.#all = this.#all.filter((other) => other !== slot);
      this.#gone.set(slot.instance.url, slot);
    }
    this.#publish();
    return this.#all.filter(({ instance }) => instance.aliasOf === id).map(({ instance }) => instance);
  }

  /** Has other addresses of known servers looked at again. */
  forgetAliases(): void {
    this.#aliases.clear();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#slots.values()].map(({ instance }) => instance.client.close()));
  }

  #forgetAliases(of: string): void {
    for (const [url, id] of this.#aliases) if (id === of) this.#aliases.delete(url);
  }

  /** Brings the list up to date, and tells who came and went. */
  #publish(): void {
    const before = this.#published;
    this.#published = this.#all.filter(
      ({ instance: { aliasOf, identified } }) => identified && aliasOf === undefined,
    );
    this.#visible = undefined;
    this.#slotsByModel = undefined;
    this.#having.clear();
    const tell = (type: "instance-found" | "instance-gone", { instance }: Slot) =>
      this.#options.tell({ type, instance: instance.name });
    for (const slot of this.#published) if (!before.includes(slot)) tell("instance-found", slot);
    for (const slot of before) if (!this.#published.includes(slot)) tell("instance-gone", slot);
  }

  #index(): ReadonlyMap<string, readonly Slot[]> {
    if (this.#slotsByModel !== undefined) return this.#slotsByModel;
    const byModel = new Map<string, Slot[]>();
    for (const slot of this.#published) {
      if (!slot.instance.routable) continue;
      for (const name of slot.instance.models.keys()) {
        const having = byModel.get(name);
        if (having === undefined) byModel.set(name, [slot]);
        else having.push(slot);
      }
    }
    this.#slotsByModel = byModel;
    return byModel;
  }

  #becomeAlias(slot: Slot, of: string): void {
    this.#aliases.set(slot.instance.url, of);
    this.#all = this.#all.filter((other) => other !== slot);
    this.#closeWhenIdle(slot.instance.id);
  }

  /** What is being generated there goes on to its end. */
  #closeWhenIdle(id: string): void {
    this.#options.ledger.onIdle(id, () => {
      void this.get(id)?.client.close();
      this.#slots.delete(id);
    });
  }

  #create(spec: InstanceSpec, name: string, known?: OllamaClient): Slot {
    // The loopback's addresses are this machine for good, another address of it only as long as it has it.
    const thisMachineOnly = isLocal(spec) && !isLoopback(spec.url);
    const client = known ?? this.#options.createClient({ ...spec, name, thisMachineOnly });
    const id = String(++this.#created);
    const slot = { instance: newInstance({ id, name, spec, client }) };
    this.#slots.set(id, slot);
    this.#options.applied(slot.instance);
    return slot;
  }

  #freeName(wanted: string): string {
    const taken = new Set([...this.#all, ...this.#gone.values()].map(({ instance }) => instance.name));
    for (let number = 1; ; number++) {
      const name = number === 1 ? wanted : `${wanted}-${number}`;
      if (!taken.has(name)) return name;
    }
  }
}

async function whyUnused({ spec }: Pick<Instance, "spec">, identity: ServerIdentity | undefined) {
  return spec.unnamed ? whyUnnamedIsUnused(identity) : undefined;
}
