import { installedName } from "@ollama-bridge/discovery";
import { raceAbort } from "@ollama-bridge/foundation";
import { pullMissing } from "./auto-pull.ts";
import { consideredView } from "./considered-view.ts";
import { choose, explain } from "./decision/choose.ts";
import { nothingFits } from "./failover/nothing-fits.ts";
import { planOf, promptOf, type RoutePlan, type RouteRequest } from "./plan.ts";
import { armFor } from "./policies/experiments.ts";
import { underRules } from "./policies/open-rules.ts";
import { rulesFor } from "./policies/policy-rules.ts";
import type { PreparedRoute, PrepareLimits } from "./prepared-route.ts";
import type { RouterState } from "./router-state.ts";
import { textsOf } from "./texts-of.ts";

/** More pairs are written down only when an explanation is asked for. */
const FEW_PAIRS = 60;

/**
 * Plans the request and makes sure that something can be tried: with lists read afresh, with rules that match nothing
 * opened, with a model pulled where the operator allows it.
 * @throws BridgeError NO_ROUTE, MODEL_NOT_FOUND, CAPABILITY_UNSUPPORTED, CONTEXT_EXCEEDED, OLLAMA_CONNECTION_FAILED
 */
export async function prepareRoute(
  state: RouterState,
  request: RouteRequest,
  limits: PrepareLimits,
): Promise<PreparedRoute> {
  const { fleet } = state;
  const { signal } = limits;
  await raceAbort(fleet.current(), signal);
  const lookAgain = async () => {
    let prepared = look(state, request, limits);
    const untold = untoldModels(state, prepared.plan);
    if (untold.length > 0) {
      await raceAbort(fleet.look({ fresh: "details", where: { models: untold } }), signal);
      prepared = look(state, request, limits);
    }
    // Before anything is refused: a list does not name what the template inside a model's file can do.
    const { needs } = prepared.plan.demand;
    const models = prepared.candidate === undefined ? modelsWithout(needs, state, prepared.plan) : [];
    if (models.length === 0) return prepared;
    await raceAbort(fleet.look({ fresh: "details", where: { models, needs } }), signal);
    return look(state, request, limits);
  };
  let prepared = await lookAgain();
  if (prepared.candidate === undefined) {
    await raceAbort(fleet.look({ fresh: "models" }), signal);
    prepared = await lookAgain();
  }
  if (
    prepared.candidate === undefined &&
    !limits.looksOnly &&
    (await pullMissing(state, prepared.plan, limits))
  )
    prepared = await lookAgain();
  const { candidate, ...rest } = prepared;
  if (candidate === undefined) throw await nothingFits(state, prepared.plan);
  return { candidate, ...rest };
}

function look(state: RouterState, request: RouteRequest, { deadlineMs, lastInstance }: PrepareLimits) {
  const { fleet, settings } = state;
  const { policies, experiments, catalog, table } = settings;
  const planned = planOf(request, { fleet, table, catalog });
  const { category, named, demand } = planned;
  const prompt = promptOf(request);
  const { promptTokens } = demand;
  const texts = policies.length > 0 ? textsOf(request) : [];
  const occasion = { category, prompt, texts, promptTokens, caller: request.caller };
  const arm =
    named === undefined
      ? armFor(experiments, occasion, request.conversation?.sessionId ?? prompt)
      : undefined;
  const wanted = {
    ...demand,
    groups: arm === undefined ? demand.groups : [[installedName(fleet, arm.model)], ...demand.groups],
    timeLeftS: deadlineMs === Number.POSITIVE_INFINITY ? undefined : (deadlineMs - performance.now()) / 1000,
    sessionInstance: lastInstance,
  };
  const context = state.context();
  const rules = rulesFor(policies, occasion, { catalog, isNamed: named !== undefined });
  const ruled = underRules(wanted, rules, (opened) => choose(opened, fleet, context) !== undefined);
  const plan: RoutePlan = { ...planned, demand: ruled.demand };
  // Tools that say nothing of the router name no caller: of a model that they name, nobody reads what was looked at.
  const isTold = named === undefined || request.caller !== undefined;
  const explained = request.explain || (isTold && pairsOf(plan, state) <= FEW_PAIRS);
  const { candidates, rejections } = explained
    ? explain(plan.demand, fleet, context)
    : { candidates: [], rejections: [] };
  return {
    plan,
    candidate: choose(plan.demand, fleet, context),
    candidates,
    considered: consideredView(candidates, rejections),
    arm,
    standIns: ruled.kept.flatMap(({ models }) => models),
    warnings: ruled.warnings,
    ...(wanted.localOnly || ruled.kept.some(({ isPrivate }) => isPrivate)
      ? { privacy: "local_only" as const }
      : {}),
  };
}

/** What a request that must stay on private machines may not take yet: its server did not tell where it runs. */
function untoldModels({ fleet, settings }: RouterState, { demand }: RoutePlan): string[] {
  const isPrivate = demand.localOnly || settings.policies.some(({ use }) => use?.privacy !== undefined);
  if (!isPrivate) return [];
  const isUntold = (model: string) =>
    fleet.having(model).some(({ models }) => models.get(model)?.cloud === undefined);
  return demand.groups.flat().filter(isUntold);
}

/** The models of a plan of which a list does not name all that is needed. */
function modelsWithout(needs: readonly string[], { fleet }: RouterState, { demand }: RoutePlan): string[] {
  return demand.groups.flat().filter((model) =>
    fleet.having(model).some(({ models }) => {
      const { capabilities } = models.get(model) ?? {};
      return capabilities !== undefined && needs.some((need) => !capabilities.includes(need));
    }),
  );
}

function pairsOf({ demand }: RoutePlan, { fleet }: RouterState): number {
  return demand.groups.flat().reduce((sum, model) => sum + fleet.having(model).length, 0);
}
