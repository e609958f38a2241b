import { parameters } from "@ollama-bridge/core-client/tools";
import { tiers } from "@ollama-bridge/discovery";
import { defineTool, runsModel, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import { decidedData } from "../route-output.ts";
import type { RouterDependencies } from "../router-dependencies.ts";
import { answerDecided } from "./answer-decided.ts";
import { decidedNotes, decidedText } from "./explanation-text.ts";
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
    const { session_id: sessionId } = args;
    const { principal } = context;
    const asked = {
      model: args.model ?? "auto",
      prompt: args.prompt,
      system: args.system,
      options: args.options,
      performance: args.performance,
      privacy: args.privacy,
      conversation: sessionId === undefined ? undefined : { principal, sessionId },
      caller: "route_request",
    };
    return answerDecided(asked, args, context, {
      timeoutMs: args.max_time * 1000,
      inferred: ({ confidence, tier }) => (confidence === undefined ? { tier } : { confidence, tier }),
    });
  },
});
