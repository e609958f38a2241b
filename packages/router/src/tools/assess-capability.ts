import { tiers } from "@ollama-bridge/discovery";
import { MAX_TEXT_LENGTH } from "@ollama-bridge/foundation";
import { defineTool, readOnlyHints, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import { type Assessment, assess, assessmentData } from "../assess.ts";
import type { Capability } from "../decision/demand.ts";
import type { RouterDependencies } from "../router-dependencies.ts";

export const assessCapability = defineTool({
  name: "assess_capability",
  title: "Assess capability",
  description:
    "Says whether the fleet can do a task now: which model on which machine, how long it will likely take, what speaks against it and the alternatives. Nothing is run. Use it before a large or urgent job; to run it use route_request with the same needs.",
  input: z.strictObject({
    task_description: z
      .string()
      .min(1)
      .max(MAX_TEXT_LENGTH)
      .describe("What is to be done, in a sentence or two"),
    requirements: z
      .strictObject({
        vision: z.boolean().optional().describe("Images are involved; default false"),
        tools: z.boolean().optional().describe("The model calls tools; default false"),
        thinking: z.boolean().optional().describe("The model thinks before it answers; default false"),
        context_tokens: z.number().int().positive().optional().describe("Tokens the prompt will have"),
        max_latency_ms: z
          .number()
          .positive()
          .optional()
          .describe("The answer must be there within so many ms"),
        local_only: z.boolean().optional().describe("Private machines only; default false"),
        performance: z.enum(tiers).optional().describe("fast, balanced or powerful; default: by the task"),
      })
      .optional()
      .describe("What the task needs; default: nothing in particular"),
  }),
  data: assessmentData,
  annotations: readOnlyHints,
  text,
  async handler(
    { task_description, requirements = {} },
    { dependencies, signal }: ToolContext<RouterDependencies>,
  ) {
    const { vision, tools, thinking, context_tokens, max_latency_ms, local_only, performance } = requirements;
    const wanted: Record<string, boolean | undefined> = { vision, tools, thinking };
    const needs = (["vision", "tools", "thinking"] as const).filter(
      (need): need is Capability & typeof need => Boolean(wanted[need]),
    );
    const data = await assess(
      dependencies.router,
      task_description,
      {
        needs,
        contextTokens: context_tokens,
        maxLatencyMs: max_latency_ms,
        localOnly: local_only ?? false,
        performance,
      },
      { signal },
    );
    return { data };
  },
});

function text({
  can_handle,
  reasons,
  recommended,
  estimated_time_s: time,
  alternatives,
}: Assessment): string {
  const lines = [`${can_handle ? "Yes" : "No"}: ${reasons.join("; ").replace(/\.$/, "")}.`];
  if (recommended) {
    const { model, instance, location, approach } = recommended;
    lines.push(`Recommended: ${model} on ${instance} (${location}), ${approach}.`);
  }
  if (time) lines.push(`Time: ${time.low} to ${time.high} s, likely ${time.likely} s (${time.basis}).`);
  for (const { model, instance, likely_s } of alternatives)
    lines.push(`- or ${model} on ${instance}: ${likely_s} s`);
  return lines.join("\n");
}
