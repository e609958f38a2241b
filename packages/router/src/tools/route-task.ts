import { attach, parameters, withWarnings } from "@ollama-bridge/core-client/tools";
import { defineTool, runsModel, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import { decidedData, explanation, previewOutput, routedOutput } from "../route-output.ts";
import type { RouterDependencies } from "../router-dependencies.ts";
import { decidedNotes, decidedText } from "./explanation-text.ts";
import { reportRoute } from "./report-route.ts";
import { dryRun, explain, timeoutMs } from "./route-parameters.ts";

export const routeTask = defineTool({
  name: "route_task",
  title: "Route a task by category",
  description:
    "Runs a prompt on the first installed model for its category (code, math, reasoning, general, vision, ocr, factual, agentic, fast, or one of the config), on the best instance. Use it when you know the kind of task and not the model. To have the kind inferred use route_request, for a certain model ask_model.",
  input: z.strictObject({
    category: parameters.name.describe(
      "code, math, reasoning, general, vision, ocr, factual, agentic, fast, or one of the config",
    ),
    prompt: parameters.prompt,
    system: parameters.system,
    files: parameters.files,
    images: parameters.images,
    pages: parameters.pages,
    options: parameters.options,
    privacy: parameters.privacy,
    dry_run: dryRun,
    explain,
    timeoutMs,
  }),
  data: decidedData,
  annotations: runsModel,
  plainText: true,
  text: decidedText,
  notes: decidedNotes,
  async handler(args, context: ToolContext<RouterDependencies>) {
    const { router } = context.dependencies;
    const { signal, progress } = context;
    const asked = {
      model: `auto:${args.category}`,
      prompt: args.prompt,
      system: args.system,
      options: args.options,
      privacy: args.privacy,
      caller: "route_task",
      explain: args.explain || args.dry_run,
    };
    const attached = await attach({ ...args, model: asked.model }, context, {
      timeoutMs: args.timeoutMs,
      canSee: (aborted) => router.canSee(asked, { signal: aborted }),
    });
    const { prompt, images, timeoutMs } = attached;
    const request = { ...asked, prompt, images };
    const options = { signal, timeoutMs, onEvent: reportRoute(progress) };
    if (args.dry_run)
      return previewOutput(withWarnings(attached, await router.preview(request, options)), router.settings);
    const result = withWarnings(attached, await router.run(request, options));
    const { data, details } = routedOutput(result, false);
    const { category } = result.route;
    return { data: { ...data, category, ...explanation(result, args.explain) }, details };
  },
});
