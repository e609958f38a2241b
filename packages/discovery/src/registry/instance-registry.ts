import type { BlockList } from "node:net";
import { type InstanceSettings, isLoopback, type OllamaClient } from "@ollama-bridge/core-client";
import { contains } from "../scan/host-addresses.ts";
import { identify, type ServerIdentity, sameServer, whyUnnamedIsUnused } from "../scan/identity.ts";
import type { Found } from "../scan/scanner.ts";
import type { ChangeListener } from "./fleet-change.ts";
import { type Clock, Instance, isLocal } from "./instance.ts";
import { type InstanceSpec, specOfTarget } from "./instance-spec.ts";

export interface RosterOptions {
  clock: Clock;
  createClient(settings: InstanceSettings): OllamaClient;
  /** Scanned instances in these may be routed to. */
  allowed: BlockList;
  tell: ChangeListener;
}

const none: readonly Instance[] = [];

/** Which instances there are, each server once, whatever its addresses. */
export class InstanceRegistry {
  readonly #options: RosterOptions;
  /** Configured ones first, in their order. */
  #all: Instance[] = [];
  #visible: readonly Instance[] = [];
  /** Made when it is asked for. */
  #byModel: Map<string, Instance[]> | undefined;
  /** Scanned addresses of instances that are here under another one. */
  readonly #aliases = new Map<string, Instance>();
  /** Scanned ones that are gone; when one comes back it keeps its name and what was learned. */
  readonly #gone = new Map<string, Instance>();

  constructor(options: RosterOptions) {
    this.#options = options;
  }

  /** Each server once. */
  get visible(): readonly Instance[] {
    return this.#visible;
  }

  having(model: string): readonly Instance[] {
    return this.#index().get(model) ?? none;
  }

  modelNames(): string[] {
    return [...this.#index().keys()];
  }

  /** Whether an address is already looked after. */
  knows(url: string): boolean {
    return this.#all.some((instance) => instance.url === url) || this.#aliases.has(url);
  }

  /** Replaces the configured instances; those that are as they were stay. Returns the new ones. */
  configure(specs: readonly InstanceSpec[]): Instance[] {
    const before = this.#all;
    const kept = specs.map(
      (spec) =>
        before.find((instance) => JSON.stringify(instance.spec) === JSON.stringify(spec)) ??
        this.#create(spec, spec.name),
    );
    const urls = new Set(specs.map(({ url }) => url));
    const scanned = before.filter(({ spec }) => spec.origin === "scanned" && !urls.has(spec.url));
    this.#all = [...kept, ...scanned];
    for (const instance of before) {
      if (this.#all.includes(instance)) continue;
      instance.draining = true;
      closeWhenIdle(instance);
      this.#forgetAliases(instance);
    }
    this.#publish();
    return kept.filter((instance) => !before.includes(instance));
  }

  /** Takes in what a scan found; what turns out to be another address of a known server is left out. */
  async add(found: readonly Found[]): Promise<Instance[]> {
    const fresh: Instance[] = [];
    for (const { target, version, models, client } of found) {
      const before = this.#gone.get(target.url);
      const isAllowed = contains(this.#options.allowed, target.host);
      const spec = { ...specOfTarget(target), unnamed: !isAllowed };
      const name = before?.name ?? this.#freeName(spec.name);
      // Answers and errors call an instance what its client is called.
      const keepsClient = before === undefined && name === spec.name && !isAllowed && !this.knows(target.url);
      if (!keepsClient) await client.close();
      if (this.knows(target.url)) continue;
      this.#gone.delete(target.url);
      const instance = before ?? this.#create(spec, name, keepsClient ? client : undefined);
      instance.identified = false;
      instance.version = version;
      instance.seen();
      instance.problem = undefined;
      instance.takeModels(models);
      this.#all = [...this.#all, instance];
      fresh.push(instance);
    }
    if (fresh.length > 0) await this.reconcile();
    return fresh.filter((instance) => this.#visible.includes(instance));
  }

  /** Finds out which of the instances that answer are one server. The one that stands first remains. */
  async reconcile(): Promise<void> {
    const answering = this.#all.filter((instance) => instance.reachable);
    const identities = await identify(answering.map(({ url }) => url));
    const reasons = await Promise.all(
      answering.map((instance, index) => whyUnused(instance, identities[index])),
    );
    const distinct: (ServerIdentity & { fingerprint: string | undefined; instance: Instance })[] = [];
    for (const [index, instance] of answering.entries()) {
      const known = identities[index];
      if (known === undefined) continue;
      const identity = { ...known, fingerprint: instance.contents, instance };
      instance.identified = true;
      instance.whyUnused = reasons[index];
      instance.aliasOf = distinct.find((other) => sameServer(other, identity))?.instance;
      if (instance.aliasOf === undefined) distinct.push(identity);
      else if (instance.spec.origin === "scanned") this.#becomeAlias(instance, instance.aliasOf);
    }
    this.#publish();
  }

  /** Applies the listener rule again to those that nobody named: another process may listen there by now. */
  async judge(instances: readonly Instance[]): Promise<void> {
    const unnamed = instances.filter(({ spec, reachable }) => spec.unnamed && reachable);
    if (unnamed.length === 0) return;
    const identities = await identify(unnamed.map(({ url }) => url));
    for (const [index, instance] of unnamed.entries()) {
      const reason = await whyUnused(instance, identities[index]);
      if (reason === instance.whyUnused) continue;
      instance.whyUnused = reason;
      this.modelsChanged();
      this.#options.tell({ type: "models-changed", instance: instance.name });
    }
  }

  /**
   * An instance does not answer any more. A scanned one leaves; of a configured one its other addresses, returned
   * here, may be another server by now.
   */
  down(instance: Instance): Instance[] {
    this.#forgetAliases(instance);
    if (instance.spec.origin === "scanned") {
      this.#all = this.#all.filter((other) => other !== instance);
      this.#gone.set(instance.url, instance);
    }
    this.#publish();
    return this.#all.filter((other) => other.aliasOf === instance);
  }

  /** Other addresses of known servers are to be looked at again. */
  forgetAliases(): void {
    this.#aliases.clear();
  }

  /** The models of an instance may be others now. */
  modelsChanged(): void {
    this.#byModel = undefined;
  }

  async close(): Promise<void> {
    const everyone = new Set([...this.#all, ...this.#gone.values()]);
    await Promise.all([...everyone].map(({ client }) => client.close()));
  }

  #forgetAliases(of: Instance): void {
    for (const [url, instance] of this.#aliases) if (instance === of) this.#aliases.delete(url);
  }

  /** Brings the list up to date, and tells who came and went. */
  #publish(): void {
    const before = this.#visible;
    this.#visible = this.#all.filter(({ aliasOf, identified }) => identified && aliasOf === undefined);
    this.#byModel = undefined;
    for (const instance of this.#visible)
      if (!before.includes(instance)) this.#options.tell({ type: "instance-found", instance: instance.name });
    for (const instance of before)
      if (!this.#visible.includes(instance))
        this.#options.tell({ type: "instance-gone", instance: instance.name });
  }

  #index(): ReadonlyMap<string, readonly Instance[]> {
    if (this.#byModel !== undefined) return this.#byModel;
    const byModel = new Map<string, Instance[]>();
    for (const instance of this.#visible) {
      if (!instance.routable) continue;
      for (const name of instance.models.keys()) {
        const having = byModel.get(name);
        if (having === undefined) byModel.set(name, [instance]);
        else having.push(instance);
      }
    }
    this.#byModel = byModel;
    return byModel;
  }

  #becomeAlias(instance: Instance, of: Instance): void {
    this.#aliases.set(instance.url, of);
    this.#all = this.#all.filter((other) => other !== instance);
    closeWhenIdle(instance);
  }

  #create(spec: InstanceSpec, name: string, known?: OllamaClient): Instance {
    const { clock, createClient } = this.#options;
    // The loopback's addresses are this machine for good, another address of it only as long as it has it.
    const thisMachineOnly = isLocal(spec) && !isLoopback(spec.url);
    const client = known ?? createClient({ ...spec, name, thisMachineOnly });
    return new Instance({ spec, name, client, clock });
  }

  #freeName(wanted: string): string {
    const taken = new Set([...this.#all, ...this.#gone.values()].map(({ name }) => name));
    for (let number = 1; ; number++) {
      const name = number === 1 ? wanted : `${wanted}-${number}`;
      if (!taken.has(name)) return name;
    }
  }
}

async function whyUnused({ spec }: Instance, identity: ServerIdentity | undefined) {
  return spec.unnamed ? whyUnnamedIsUnused(identity) : undefined;
}

/** What is being generated there goes on to its end. */
function closeWhenIdle(instance: Instance): void {
  instance.onIdle(() => void instance.client.close());
}
