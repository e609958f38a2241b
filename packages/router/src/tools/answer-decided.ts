import { type AttachArguments, attach, withWarnings } from "@ollama-bridge/core-client/tools";
import type { ToolContext, ToolOutput } from "@ollama-bridge/server-kit";
import type { RouteRequest } from "../plan.ts";
import { type DecidedData, explanation, previewOutput, routedOutput } from "../route-output.ts";
import type { RouteReport } from "../route-report.ts";
import type { RouterDependencies } from "../router-dependencies.ts";
import { reportRoute } from "./report-route.ts";

interface DecidedArguments extends Omit<AttachArguments, "model"> {
  dry_run: boolean;
  explain: boolean;
}

interface DecidedOptions {
  timeoutMs: number;
  /** What the tool tells of the route besides its category. */
  inferred?(route: RouteReport): Pick<DecidedData, "confidence" | "tier">;
}

/**
 * Runs a request whose model the router chooses, with its files and images; with `dry_run` it only tells the choice.
 * @throws BridgeError as `attach` and `Router.run` do.
 */
export async function answerDecided(
  asked: RouteRequest & { prompt: string },
  args: DecidedArguments,
  context: ToolContext<RouterDependencies>,
  { timeoutMs, inferred }: DecidedOptions,
): Promise<ToolOutput<DecidedData>> {
  const { router } = context.dependencies;
  const explain = args.explain || args.dry_run;
  const attached = await attach({ ...args, model: asked.model }, context, {
    timeoutMs,
    canSee: (signal) => router.canSee({ ...asked, explain }, { signal }),
  });
  const { prompt, images } = attached;
  const request = { ...asked, explain, prompt, images };
  const options = {
    signal: context.signal,
    timeoutMs: attached.timeoutMs,
    onEvent: reportRoute(context.progress),
  };
  if (args.dry_run)
    return previewOutput(withWarnings(attached, await router.preview(request, options)), router.settings);
  const result = withWarnings(attached, await router.run(request, options));
  const { data, details } = routedOutput(result, false);
  const { category } = result.route;
  return {
    data: { ...data, category, ...inferred?.(result.route), ...explanation(result, args.explain) },
    details,
  };
}
