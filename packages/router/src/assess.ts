import { pairOf, type Tier, tierOf, tiers } from "@ollama-bridge/discovery";
import { type BridgeError, type CallOptions, isBridgeError } from "@ollama-bridge/foundation";
import * as z from "zod";
import { expectedS } from "./decision/cost.ts";
import type { Candidate, Capability } from "./decision/demand.ts";
import { triedOf } from "./failover/route-error.ts";
import type { RouteRequest } from "./plan.ts";
import type { Router } from "./router.ts";
import { readTaskWords } from "./task-words.ts";

/** What is asked for beside the words of the task, which are read for a size and a time where these are absent. */
export interface AssessedNeeds {
  needs: readonly Capability[];
  contextTokens?: number | undefined;
  maxLatencyMs?: number | undefined;
  localOnly: boolean;
  performance?: Tier | undefined;
}

const placeData = () =>
  z.strictObject({
    model: z.string().describe("Name of the model"),
    instance: z.string().describe("Name of the instance"),
    tier: z.enum(tiers).describe("Tier of the model"),
  });

type Place = z.output<ReturnType<typeof placeData>>;

/** Whether the fleet could do a task, with what, and how long it would take. */
export const assessmentData = () =>
  z.strictObject({
    can_handle: z.boolean().describe("Whether the fleet can do it now"),
    reasons: z.array(z.string()).describe("Why, or why not"),
    recommended: placeData()
      .extend({
        approach: z.string().describe("How it would be done"),
        location: z.enum(["local", "private", "remote", "cloud"]).describe("Where the prompt would go"),
      })
      .exactOptional()
      .describe("The best choice"),
    estimated_time_s: z
      .strictObject({
        low: z.number().describe("When all goes well"),
        likely: z.number().describe("What is expected"),
        high: z.number().describe("When it goes badly"),
        basis: z.enum(["measured", "declared"]).describe("Where the speed is known from"),
      })
      .exactOptional()
      .describe("Seconds until the whole answer"),
    alternatives: z.array(placeData().extend({ likely_s: z.number().describe("Seconds expected") })),
  });

export type Assessment = z.output<ReturnType<typeof assessmentData>>;

/** What the tiers aim at, in seconds. */
const targetsS: Readonly<Record<Tier, string>> = {
  fast: "under 5 s",
  balanced: "10 to 30 s",
  powerful: "30 to 120 s",
};

/** Codes that mean no, and not that the question failed. */
const saysNo = [
  "NO_ROUTE",
  "MODEL_NOT_FOUND",
  "CAPABILITY_UNSUPPORTED",
  "CONTEXT_EXCEEDED",
  "OLLAMA_CONNECTION_FAILED",
];
const ALTERNATIVES = 3;
/** What could not be used, in the reasons, at most. */
const TRIED = 5;

export async function assess(
  router: Router,
  task: string,
  { localOnly, needs, performance: tier, ...told }: AssessedNeeds,
  options: CallOptions,
): Promise<Assessment> {
  const words = readTaskWords(task);
  const { contextTokens = words.contextTokens, maxLatencyMs = words.maxLatencyMs } = told;
  const request: RouteRequest = {
    model: "auto",
    prompt: task,
    performance: tier,
    privacy: localOnly ? ("local_only" as const) : "any",
    needs,
    contextTokens,
    explain: true, // all candidates are looked at: the first one may not hold the task
  };
  try {
    const { plan, candidate: chosen, candidates } = await router.preview(request, options);
    const holding = [chosen, ...candidates].filter((each) => holds(each, plan.demand.promptTokens));
    const [candidate] = holding;
    if (candidate === undefined) {
      const why = `${chosen.model} is the best choice, and its context does not hold ${plan.demand.promptTokens} tokens`;
      return { can_handle: false, reasons: [...words.readings, why], alternatives: [] };
    }
    const likely = expectedS(candidate.terms);
    const inTime = maxLatencyMs === undefined || likely * 1000 <= maxLatencyMs;
    const { model, tier: found } = placeOf(candidate, router);
    return {
      can_handle: inTime,
      reasons: [
        ...words.readings,
        `a ${plan.category} task; ${model} is of the ${found} tier, which aims at ${targetsS[found]}`,
        ...(found === plan.tier ? [] : [`no model of the ${plan.tier} tier fits`]),
        ...(inTime ? [] : [`${seconds(likely)} s are likely, ${maxLatencyMs} ms are allowed`]),
        ...(candidate.degraded === undefined ? [] : [`the best choice is ${candidate.degraded}`]),
      ],
      recommended: recommendation(candidate, router),
      estimated_time_s: estimate(candidate),
      alternatives: alternatives(candidate, holding, router),
    };
  } catch (error) {
    if (!isBridgeError(error) || !saysNo.includes(error.code)) throw error;
    return { can_handle: false, reasons: [...words.readings, ...reasonsOf(error)], alternatives: [] };
  }
}

/** Routing leaves what may just not fit to the server, which counts exactly; a promise is made only for what fits. */
function holds({ instance, model }: Candidate, promptTokens: number): boolean {
  return promptTokens <= (instance.models.get(model)?.contextLength ?? Number.POSITIVE_INFINITY);
}

function reasonsOf(error: BridgeError): string[] {
  const { code, message, hint } = error;
  const tried = triedOf(error);
  const why = tried.map(({ model, instance, reason }) => `${model} on ${instance}: ${reason}`);
  return [`${code}: ${message}`, ...why.slice(0, TRIED), hint];
}

function placeOf({ model, instance }: Candidate, { settings }: Router): Place {
  const installed = instance.models.get(model);
  const tier = installed === undefined ? "balanced" : tierOf(installed, settings.catalog.get(model));
  return { model, instance: instance.name, tier };
}

function recommendation(candidate: Candidate, router: Router): NonNullable<Assessment["recommended"]> {
  const { model, instance, terms } = candidate;
  const cloud = instance.models.get(model)?.cloud === true;
  const approach =
    terms.load > 0 ? `one call; the model is loaded first, about ${seconds(terms.load)} s` : "one call";
  const near = instance.local ? "local" : instance.private ? "private" : "remote";
  return { ...placeOf(candidate, router), approach, location: cloud ? "cloud" : near };
}

/** Half the answer to twice the answer that is typical, the rest as it stands; failures make the worst worse. */
function estimate({ terms, instance, model }: Candidate): NonNullable<Assessment["estimated_time_s"]> {
  const likely = expectedS(terms);
  const measured = pairOf(instance, model).history.estimate(performance.now()).decodeTps !== undefined;
  return {
    low: seconds(likely - terms.wait - terms.answer / 2),
    likely: seconds(likely),
    high: seconds((likely + terms.answer) / (1 - terms.failureRate)),
    basis: measured ? "measured" : "declared",
  };
}

function alternatives(
  chosen: Candidate,
  candidates: readonly Candidate[],
  router: Router,
): Assessment["alternatives"] {
  return candidates
    .filter(({ model, instance }) => model !== chosen.model || instance !== chosen.instance)
    .slice(0, ALTERNATIVES)
    .map((candidate) => ({ ...placeOf(candidate, router), likely_s: seconds(expectedS(candidate.terms)) }));
}

const seconds = (value: number) => Math.round(value * 10) / 10;
