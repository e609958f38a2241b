import { coreErrors, modelNotFound } from "@ollama-bridge/core-client";
import { installedName } from "@ollama-bridge/discovery";
import { type BridgeError, isBridgeError } from "@ollama-bridge/foundation";
import { explain } from "../decision/choose.ts";
import type { Rejection } from "../decision/demand.ts";
import type { RoutePlan } from "../plan.ts";
import type { RouterState } from "../router-state.ts";
import { noRoute } from "./route-error.ts";

/** The error for a request that nothing can be tried for. */
export async function nothingFits(state: RouterState, { named, demand }: RoutePlan): Promise<BridgeError> {
  const { fleet, context } = state;
  const usable = fleet.instances.filter(({ routable }) => routable);
  const unused = unusedPlaces(state, { named, demand });
  if (!usable.some(({ models }) => models.size > 0) && unused.length === 0) {
    const unreachable = await connectionProblem(state);
    if (unreachable !== undefined) return unreachable;
  }
  const down = usable.filter(({ reachable }) => !reachable).map(({ name }) => `${name} does not answer`);
  const answering = usable.filter(({ reachable }) => reachable).map(({ name }) => name);
  const where = answering.join(", ") || "any instance";
  if (named !== undefined && unused.length === 0 && fleet.having(installedName(fleet, named)).length === 0) {
    return modelNotFound(named, [...fleet.modelNames()], [where, ...down].join("; "));
  }
  const nowhere = demand.groups.flat().filter((model) => fleet.having(model).length === 0);
  const missing = nowhere.flatMap((model) =>
    usable.map(({ name, reachable }) => ({
      model,
      instance: name,
      reason: reachable ? "not installed" : "does not answer",
    })),
  );
  const rejections = [...explain(demand, fleet, context()).rejections, ...unused];
  return noRoute(named, rejections, demand.promptTokens, missing);
}

/** Where the models would be but are not used, as nobody named the server; of other models where there is nothing else. */
function unusedPlaces(
  { fleet }: RouterState,
  { named, demand }: Pick<RoutePlan, "named" | "demand">,
): Rejection[] {
  const wanted = demand.groups.flat();
  const isEmpty = named === undefined && fleet.modelNames().length === 0;
  return fleet.instances.flatMap((instance) => {
    const { whyUnused: reason, models } = instance;
    if (reason === undefined) return [];
    const there = isEmpty ? [...models.keys()].slice(0, 1) : wanted.filter((model) => models.has(model));
    return there.map((model) => ({ instance, model, code: "unnamed" as const, reason }));
  });
}

/** What is wrong with the way to Ollama, when no instance ever told what it has. */
async function connectionProblem({ fleet }: RouterState): Promise<BridgeError | undefined> {
  const known = fleet.instances.filter(({ routable }) => routable);
  const clients = known.length > 0 ? known.map(({ client }) => client) : [await fleet.clientNamed(undefined)];
  const problems = await Promise.all(
    clients.map((client) =>
      client.version({ timeoutMs: LOOK_MS }).then(
        () => undefined,
        (error: unknown) => error,
      ),
    ),
  );
  const [problem] = problems;
  if (problems.includes(undefined) || !isBridgeError(problem)) return undefined;
  if (problem.code !== "TIMEOUT_EXCEEDED") return problem;
  const endpoint = clients[0]?.instance.url ?? "any known address";
  return coreErrors.create("OLLAMA_CONNECTION_FAILED", `Nothing answers at ${endpoint}`, {
    details: { endpoint, errno: "ETIMEDOUT" },
  });
}

const LOOK_MS = 800;
