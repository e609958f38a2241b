import { type FleetView, type InstalledModel, type InstanceState, pairOf } from "@ollama-bridge/discovery";
import { type CostWeights, costOf, costTerms, emptyTerms, expectedS } from "./cost.ts";
import type { Candidate, Demand, Rejection, SoftReason } from "./demand.ts";
import { hardReason } from "./hard-filter.ts";
import { type SoftLimits, softReason } from "./soft-filter.ts";
import { SpeedTable } from "./speeds.ts";
import type { WorkInHand } from "./work-in-hand.ts";

/** What the operator sets for every choice. */
export interface ChoiceSettings {
  /** In flight at once, a pair. */
  maxInFlight: number;
  weights: CostWeights;
  /** US dollars a million tokens; 0 where nothing is known. */
  pricePerMtok(instance: InstanceState, model: InstalledModel): number;
  /** What the server says, else the catalog; `undefined` when neither does. */
  capabilitiesOf(model: InstalledModel): readonly string[] | undefined;
}

/** What a choice depends on beside the demand and the fleet. */
export interface ChoiceContext {
  nowMs: number;
  /** In [0, 1). */
  random: () => number;
  work: WorkInHand;
  settings: ChoiceSettings;
}

/**
 * Judges one pair after the other for one demand. The last verdict stands in its fields: a decision looks at thousands
 * of pairs and keeps a handful, so nothing is made for those it drops.
 */
export class Scorer {
  costS = Number.POSITIVE_INFINITY;
  degraded: SoftReason | undefined;
  readonly terms = emptyTerms();
  readonly #speeds: SpeedTable;
  readonly #limits: SoftLimits;
  readonly #demand: Demand;
  readonly #fleet: FleetView;
  readonly #context: ChoiceContext;

  constructor(demand: Demand, fleet: FleetView, context: ChoiceContext) {
    const { nowMs, random, settings } = context;
    this.#speeds = new SpeedTable(fleet, nowMs);
    this.#limits = { nowMs, roll: random(), maxInFlight: settings.maxInFlight, timeLeftS: demand.timeLeftS };
    this.#demand = demand;
    this.#fleet = fleet;
    this.#context = context;
  }

  /** Why the pair must not be taken; `undefined` when it may, and then the fields hold its verdict. */
  judge(instance: InstanceState, model: string): Pick<Rejection, "code" | "reason"> | undefined {
    const { settings, work, nowMs } = this.#context;
    const installed = instance.models.get(model);
    if (installed === undefined) return { code: "unavailable", reason: "not installed" };
    const hard = hardReason(instance, installed, this.#demand, settings.capabilitiesOf);
    if (hard !== undefined) return hard;
    const pair = pairOf(instance, model);
    const speeds = this.#speeds.of(instance, installed, pair);
    const pricePerMtok = settings.pricePerMtok(instance, installed);
    const parts = { instance, installed, pair, speeds, demand: this.#demand, nowMs, pricePerMtok };
    costTerms({ ...parts, work, weights: settings.weights }, this.terms);
    this.costS = costOf(this.terms);
    const load = { expectedS: expectedS(this.terms), inFlight: this.#fleet.inFlight(instance, model) };
    this.degraded = softReason(instance, pair, load, this.#limits);
    return undefined;
  }

  /** The last verdict, to keep. */
  candidate(instance: InstanceState, model: string): Candidate {
    const candidate: Candidate = { instance, model, costS: this.costS, terms: { ...this.terms } };
    if (this.degraded !== undefined) candidate.degraded = this.degraded;
    return candidate;
  }
}
