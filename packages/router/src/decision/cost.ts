import type { InstalledModel, InstanceState, PairState } from "@ollama-bridge/discovery";
import type { CostTerms, Demand } from "./demand.ts";
import { isMeasured, type Speeds } from "./speeds.ts";
import { loadLeftS, type WorkInHand, workLeftS } from "./work-in-hand.ts";

/** What the parts of the cost beyond time weigh, in seconds. */
export interface CostWeights {
  /** λc, seconds a US dollar. */
  price: number;
  /** λr, seconds. */
  remote: number;
  /** h, seconds. */
  session: number;
}

const UNKNOWN_FAILURE_RATE = 0.02;
const MAX_FAILURE_RATE = 0.9;
/** A model that is unloaded before the request arrives is not there. */
const EXPIRY_MARGIN_MS = 2_000;
const MAX_LOADED_PER_GPU = 3;

/** Everything that the cost of one pair is made of. */
export interface CostInput {
  instance: InstanceState;
  installed: InstalledModel;
  pair: PairState;
  speeds: Speeds;
  work: WorkInHand;
  demand: Demand;
  weights: CostWeights;
  /** US dollars a million tokens. */
  pricePerMtok: number;
  nowMs: number;
}

export const emptyTerms = (): CostTerms => ({
  roundTrip: 0,
  wait: 0,
  load: 0,
  evict: 0,
  prompt: 0,
  answer: 0,
  failureRate: 0,
  price: 0,
  remote: 0,
  session: 0,
});

/** Sets the terms of `J = (R + W + L + E + P + D) / (1 − f) + λc·price + λr·remote − h·(session was here)`. */
export function costTerms(input: CostInput, terms: CostTerms): void {
  const { instance, installed, pair, speeds, work, demand, weights, pricePerMtok, nowMs } = input;
  let wait = 0;
  let ownLoadLeft: number | undefined;
  let otherLoadsLeft = 0;
  for (const each of work.on(instance)) {
    wait += workLeftS(each, nowMs);
    const left = loadLeftS(each, nowMs);
    if (left === 0) continue;
    if (each.reservation.model === installed.name) ownLoadLeft = Math.max(ownLoadLeft ?? 0, left);
    else otherLoadsLeft = Math.max(otherLoadsLeft, left);
  }
  wait /= Math.max(1, instance.maxParallel);
  const resident =
    installed.cloud ||
    isResident(instance, installed, demand, nowMs + wait * 1000) ||
    (demand.numCtx === undefined && isNews(input));
  // One model loads at a time; requests for loaded models pass those that wait for a load.
  const load = resident ? 0 : (ownLoadLeft ?? otherLoadsLeft + speeds.loadS);
  const evict = resident || ownLoadLeft !== undefined || !mustEvict(instance, installed) ? 0 : load / 2;
  const tokens = demand.promptTokens + demand.answerTokens;
  const latencyS = (instance.latencyMs ?? 0) / 1000;
  terms.roundTrip = isMeasured(latencyS) ? latencyS : 0;
  terms.wait = wait;
  terms.load = load;
  terms.evict = evict;
  terms.prompt = demand.promptTokens / speeds.prefillTps;
  terms.answer = demand.answerTokens / speeds.decodeTps;
  terms.failureRate = failureRate(pair, nowMs);
  terms.price = (weights.price * pricePerMtok * tokens) / 1e6;
  terms.remote = instance.local ? 0 : weights.remote;
  terms.session = demand.sessionInstance === instance.name ? weights.session : 0;
}

/** J, in seconds; never NaN, so that no comparison with it is won by accident. */
export function costOf(terms: CostTerms): number {
  const cost = expectedS(terms) / (1 - terms.failureRate) + terms.price + terms.remote - terms.session;
  return Number.isNaN(cost) ? Number.POSITIVE_INFINITY : cost;
}

/** Seconds until the answer is whole, when nothing fails. */
export function expectedS({ roundTrip, wait, load, evict, prompt, answer }: CostTerms): number {
  return roundTrip + wait + load + evict + prompt + answer;
}

function failureRate({ history }: PairState, nowMs: number): number {
  const rate = history.failureRate(nowMs) ?? UNKNOWN_FAILURE_RATE;
  return rate >= 0 ? Math.min(MAX_FAILURE_RATE, rate) : UNKNOWN_FAILURE_RATE;
}

/** In memory, the same build of it, with a context that fits, and still there when our turn comes. */
function isResident(
  { loaded }: InstanceState,
  { name, digest }: InstalledModel,
  { numCtx, promptTokens }: Demand,
  turnMs: number,
): boolean {
  const state = loaded.get(name);
  if (state === undefined) return false;
  // A server that tells no digest is believed by the name.
  if (state.digest !== digest && state.digest !== "" && digest !== "") return false;
  if (state.expiresAtMs < turnMs + EXPIRY_MARGIN_MS) return false;
  if (state.contextLength === undefined) return true;
  return numCtx === undefined ? promptTokens <= state.contextLength : numCtx === state.contextLength;
}

/** Loaded since the last look. */
function isNews({ instance, installed, work, nowMs }: CostInput): boolean {
  return !instance.loaded.has(installed.name) && work.hasJustAnswered(instance, installed.name, nowMs);
}

function mustEvict({ loaded, gpu }: InstanceState, { sizeBytes }: InstalledModel): boolean {
  if (loaded.size === 0) return false;
  if (gpu.vramGb === undefined) return loaded.size >= MAX_LOADED_PER_GPU * Math.max(1, gpu.count ?? 1);
  let used = isMeasured(sizeBytes) ? sizeBytes : 0;
  for (const { sizeVramBytes } of loaded.values()) used += sizeVramBytes;
  return used > gpu.vramGb * 1e9;
}
