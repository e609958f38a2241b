import { attach, parameters, withWarnings } from "@ollama-bridge/core-client/tools";
import { tiers } from "@ollama-bridge/discovery";
import { defineTool, runsModel, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import { decidedData, explanation, previewOutput, routedOutput } from "../route-output.ts";
import type { RouterDependencies } from "../router-dependencies.ts";
import { decidedNotes, decidedText } from "./explanation-text.ts";
import { reportRoute } from "./report-route.ts";
import { sessionId as conversationId, dryRun, explain } from "./route-parameters.ts";

export const routeRequest = defineTool({
  name: "route_request",
  title: "Route a request",
  description:
    "Runs a prompt where it fits best: infers the category, picks a model of the tier that performance or the prompt's complexity asks for, and the instance that answers soonest. Use it to delegate without deciding. With session_id it remembers the conversation. For a known category use route_task.",
  input: z.strictObject({
    prompt: parameters.prompt,
    model: parameters.name.optional().describe("A model that must answer; default: chosen"),
    performance: z
      .enum(tiers)
      .optional()
      .describe("fast, balanced or powerful; default: by the prompt's complexity"),
    max_time: z.number().positive().max(86_400).default(600).describe("Deadline in seconds, default 600"),
    system: parameters.system,
    files: parameters.files,
    pages: parameters.pages,
    options: parameters.options,
    privacy: parameters.privacy,
    session_id: conversationId.optional().describe("Continues the conversation of this id"),
    dry_run: dryRun,
    explain,
  }),
  data: decidedData,
  annotations: runsModel,
  plainText: true,
  text: decidedText,
  notes: decidedNotes,
  async handler(args, context: ToolContext<RouterDependencies>) {
    const { router } = context.dependencies;
    const { signal, progress, principal } = context;
    const { session_id: sessionId } = args;
    const asked = {
      model: args.model ?? "auto",
      prompt: args.prompt,
      system: args.system,
      options: args.options,
      performance: args.performance,
      privacy: args.privacy,
      conversation: sessionId === undefined ? undefined : { principal, sessionId },
      caller: "route_request",
      explain: args.explain || args.dry_run,
    };
    const attached = await attach({ ...args, model: asked.model }, context, {
      timeoutMs: args.max_time * 1000,
      canSee: (aborted) => router.canSee(asked, { signal: aborted }),
    });
    const { prompt, images, timeoutMs } = attached;
    const request = { ...asked, prompt, images };
    const options = { signal, timeoutMs, onEvent: reportRoute(progress) };
    if (args.dry_run)
      return previewOutput(withWarnings(attached, await router.preview(request, options)), router.settings);
    const result = withWarnings(attached, await router.run(request, options));
    const { data, details } = routedOutput(result, false);
    const { category, confidence, tier } = result.route;
    const inferred = confidence === undefined ? {} : { confidence };
    return { data: { ...data, category, ...inferred, tier, ...explanation(result, args.explain) }, details };
  },
});
