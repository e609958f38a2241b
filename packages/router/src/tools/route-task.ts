import { parameters } from "@ollama-bridge/core-client/tools";
import { defineTool, runsModel, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import { decidedData } from "../route-output.ts";
import type { RouterDependencies } from "../router-dependencies.ts";
import { answerDecided } from "./answer-decided.ts";
import { decidedNotes, decidedText } from "./explanation-text.ts";
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
    const { category, prompt, system, options, privacy, timeoutMs: limitMs } = args;
    const asked = { model: `auto:${category}`, prompt, system, options, privacy, caller: "route_task" };
    return answerDecided(asked, args, context, { timeoutMs: limitMs });
  },
});
