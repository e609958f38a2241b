import type { RouteRequest } from "./plan.ts";
import { prepareRoute } from "./prepare-route.ts";
import type { PrepareLimits } from "./prepared-route.ts";
import type { RouterState } from "./router-state.ts";

/** Of a model that does not tell its context, or that is not there yet. */
const DEFAULT_CONTEXT = 4_096;
/** Of the context, for tokens are estimated. */
const USED_SHARE = 0.85;

/** Tokens that the model which would answer has room for beside the question and its answer. */
export async function roomForHistory(
  state: RouterState,
  question: RouteRequest,
  limits: PrepareLimits,
): Promise<number> {
  // Where nothing would answer, the turn itself says why.
  const prepared = await prepareRoute(state, question, { ...limits, looksOnly: true }).catch(() => undefined);
  const { candidate, plan } = prepared ?? {};
  const longest = candidate?.instance.models.get(candidate.model)?.contextLength ?? DEFAULT_CONTEXT;
  const context = Math.min(longest, plan?.demand.numCtx ?? Number.POSITIVE_INFINITY);
  const { promptTokens = 0, answerTokens = 0 } = plan?.demand ?? {};
  return Math.max(0, context * USED_SHARE - promptTokens - answerTokens);
}
