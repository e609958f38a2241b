import type { InstanceState } from "@ollama-bridge/discovery";
import type { BridgeError } from "@ollama-bridge/foundation";
import { choose } from "../decision/choose.ts";
import type { Candidate, Demand } from "../decision/demand.ts";
import { withoutModels } from "../decision/model-groups.ts";
import { type Pick, pick } from "../decision/pick.ts";
import type { ChoiceContext } from "../decision/scorer.ts";
import type { RoutePlan } from "../plan.ts";
import type { RoutingFleet } from "../routing-fleet.ts";
import { type FailureKind, failureRules, retryAfterOf } from "./failure-rules.ts";

/** Changes of instance or model in one call, at most. */
const MOST_HOPS = 2;

/** No reason to hurry on from an instance that may still answer. */
const notWorthLeavingFor: readonly unknown[] = ["breaker", "down", "cooldown"];

/** Instances that did not answer lately, so many a call at most: each may cost the time of a last look. */
const MOST_DOWN = 2;

export interface JourneyOptions {
  plan: RoutePlan;
  fleet: RoutingFleet;
  context(): ChoiceContext;
  deadlineMs: number;
  /** Models that a policy lets stand in for one that is busy. */
  standIns: readonly string[];
  wait(ms: number): Promise<void>;
}

type Forbids = NonNullable<Demand["forbids"]>;

/** Where one call has been and where it may go next. */
export class Journey {
  readonly #options: JourneyOptions;
  /** By `id` of the instance, as below. */
  readonly #failed = new Map<string, Set<string>>();
  readonly #left = new Set<string>();
  readonly #again = new Set<string>();
  #hasScanned = false;
  #hops = 0;
  #downs = 0;

  constructor(options: JourneyOptions) {
    this.#options = options;
  }

  first(): Pick | undefined {
    return this.#pick(this.#options.plan.demand, () => undefined);
  }

  /** Whether another candidate remains should this one fail. */
  anotherRemains({ instance }: Candidate): boolean {
    if (this.#hops >= MOST_HOPS) return false;
    const { fleet, plan, context } = this.#options;
    const forbids = this.#forbidding((other) => (other.id === instance.id ? "being tried" : undefined));
    const next = choose({ ...plan.demand, forbids }, fleet, { ...context(), random: () => 0 });
    return next !== undefined && !notWorthLeavingFor.includes(next.degraded);
  }

  /** What to try after this failure, by the table; `undefined` when nothing is left. May wait for a Retry-After. */
  async after(
    kind: FailureKind,
    error: BridgeError,
    { instance, model }: Candidate,
  ): Promise<Pick | undefined> {
    const rule = failureRules[kind];
    const cloud = instance.models.get(model)?.cloud === true;
    const failed = this.#failed.get(instance.id) ?? new Set();
    this.#failed.set(instance.id, failed.add(model));
    // One model may just have been removed; a list of which two are missing is no reason to try what else it names.
    const isFalselyListed = kind === "missing" && failed.size > 1;
    if (!rule.keepsInstance || isFalselyListed || (kind === "unauthorized" && !cloud))
      this.#left.add(instance.id);
    if (rule.again === "when-listed") {
      const { fleet } = this.#options;
      await fleet.look({ fresh: "models" });
      const again = fleet.byId(instance.id)?.models.has(model) && this.#pickAgain(instance, model);
      if (again) return again;
    }
    const next =
      this.#hop(kind, instance, model) ?? (await this.#afterWaiting(rule.again, error, instance, model));
    return next ?? this.#toNewcomer(kind, instance, model);
  }

  /** Where every known instance failed, one may just have been started beside it. */
  async #toNewcomer(kind: FailureKind, instance: InstanceState, model: string): Promise<Pick | undefined> {
    if (this.#hasScanned || failureRules[kind].elsewhere === "no") return undefined;
    this.#hasScanned = true;
    await this.#options.fleet.look({ fresh: "instances" });
    return this.#hop(kind, instance, model);
  }

  #hop(kind: FailureKind, instance: InstanceState, model: string): Pick | undefined {
    if (this.#hops >= MOST_HOPS) return undefined;
    const picked = this.#elsewhere(kind, instance, model) ?? this.#otherModel(kind, instance, model);
    if (picked !== undefined) this.#hops++;
    return picked;
  }

  #elsewhere(kind: FailureKind, { gpu }: InstanceState, model: string): Pick | undefined {
    const { elsewhere } = failureRules[kind];
    if (elsewhere === "no") return undefined;
    const demand = { ...this.#options.plan.demand, groups: [[model]] };
    const memory = ({ gpu: { vramGb = 0 } }: InstanceState) => vramGb;
    const smaller: Forbids = (other) => (memory(other) > (gpu.vramGb ?? 0) ? undefined : "no more memory");
    const first = elsewhere === "more-memory-first" ? this.#pickNext(demand, smaller) : undefined;
    return first ?? this.#pickNext(demand);
  }

  #otherModel(kind: FailureKind, instance: InstanceState, model: string): Pick | undefined {
    const { plan, standIns } = this.#options;
    const { otherModel } = failureRules[kind];
    if (otherModel === "no") return undefined;
    // A named model's groups hold it alone, so nothing takes its place.
    const demand = { ...plan.demand, groups: withoutModels(plan.demand.groups, [model]) };
    const size = instance.models.get(model)?.sizeBytes ?? 0;
    return this.#pickNext(demand, (other, name) => {
      const smaller = (other.models.get(name)?.sizeBytes ?? 0) < size;
      if (otherModel === "smaller" && !smaller) return "not smaller";
      if (otherModel === "by-policy" && !standIns.includes(name)) return "no policy lets it stand in";
      return undefined;
    });
  }

  async #afterWaiting(
    again: (typeof failureRules)[FailureKind]["again"],
    error: BridgeError,
    instance: InstanceState,
    model: string,
  ): Promise<Pick | undefined> {
    const waitMs = retryAfterOf(error);
    if (again !== "after-retry-after" || waitMs === undefined) return undefined;
    if (performance.now() + waitMs >= this.#options.deadlineMs || this.#again.has(instance.id))
      return undefined;
    await this.#options.wait(waitMs);
    return this.#pickAgain(instance, model);
  }

  /** The same model on the same instance, once. */
  #pickAgain(instance: InstanceState, model: string): Pick | undefined {
    if (this.#again.has(instance.id)) return undefined;
    this.#again.add(instance.id);
    const { plan, fleet, context } = this.#options;
    const only: Forbids = (other) => (other.id === instance.id ? undefined : "another instance");
    const { demand } = plan;
    const allowed: Forbids = (other, name) => demand.forbids?.(other, name) ?? only(other, name);
    return pick({ ...demand, groups: [[model]], forbids: allowed }, fleet, context());
  }

  #pickNext(demand: Demand, forbids: Forbids = () => undefined): Pick | undefined {
    const { fleet, context } = this.#options;
    const next = choose({ ...demand, forbids: this.#forbidding(forbids) }, fleet, context());
    if (next === undefined || next.degraded === "cooldown") return undefined;
    // What failed lately may be well again: better than no answer.
    if (next.degraded === "down" && this.#downs >= MOST_DOWN) return undefined;
    return this.#pick(demand, forbids);
  }

  #pick(demand: Demand, forbids: Forbids): Pick | undefined {
    const { fleet, context } = this.#options;
    const picked = pick({ ...demand, forbids: this.#forbidding(forbids) }, fleet, context());
    if (picked?.candidate.degraded === "down") this.#downs++;
    return picked;
  }

  #forbidding(more: Forbids): Forbids {
    const { forbids } = this.#options.plan.demand;
    return (instance, model) => {
      if (this.#left.has(instance.id) || this.#failed.get(instance.id)?.has(model)) return "has just failed";
      return forbids?.(instance, model) ?? more(instance, model);
    };
  }
}
