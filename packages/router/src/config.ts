import { tiers } from "@ollama-bridge/discovery";
import { defineConfigSection, patternFault } from "@ollama-bridge/server-kit";
import * as z from "zod";
import { narrowPolicies } from "./policies/narrow-policies.ts";

const names = (what: string) => z.array(z.string()).optional().describe(what);

const category = z.strictObject({
  description: z.string().default("").describe("What the category is for"),
  models: z.array(z.string()).describe("Its models, the preferred one first"),
});

const catalogEntry = z.strictObject({
  name: z.string().min(1).describe("Model name"),
  size_gb: z.number().positive().optional().describe("Size on disk, decimal GB"),
  capabilities: names("What it can: completion, vision, tools, thinking, embedding"),
  tier: z.enum(tiers).optional().describe("Speed and size"),
  best_for: z.string().optional().describe("What it is best for"),
  preferred_tasks: names("Categories it is made for"),
  benchmark: z.string().optional().describe("A figure that speaks for it"),
});

function isLinear(pattern: string, context: z.RefinementCtx): void {
  const message = patternFault(pattern);
  if (message !== undefined) context.addIssue({ code: "custom", message });
}

const condition = z.strictObject({
  category: z.string().optional().describe("The task's category"),
  prompt_matches: z
    .string()
    .superRefine(isLinear)
    .optional()
    .describe("Regular expression over the prompt, without regard to case"),
  tokens_over: z.number().int().min(0).optional().describe("Estimated prompt tokens are more than this"),
  caller: z.string().optional().describe("The tool that was called"),
});

const targets = {
  models: names("Model names"),
  instances: names("Instance names"),
  regions: names("Regions of instances"),
  tags: names("Tags of instances"),
  tier: z.enum(tiers).optional().describe("Tier of models"),
};

const policy = z.strictObject({
  name: z.string().min(1).describe("What explanations call it"),
  when: condition.default({}).describe("When it applies; empty: always"),
  use: z
    .strictObject({
      ...targets,
      privacy: z.enum(["local_only"]).optional().describe("Private machines only; hard"),
    })
    .optional()
    .describe("Only these; several kinds must all hold"),
  forbid: z.strictObject(targets).optional().describe("Not these"),
});

const experiment = z.strictObject({
  name: z.string().min(1).describe("What fleet_status calls it"),
  split: z
    .record(z.string(), z.number().min(0))
    .describe("Share of each model, e.g. {modelA: 50, modelB: 50}"),
  when: condition.default({}).describe("Which requests take part; empty: all that name no model"),
});

/** How models and instances are chosen. */
export const routingSection = defineConfigSection({
  name: "routing",
  live: "all",
  schema: z
    .strictObject({
      categories: z
        .record(z.string(), category)
        .default({})
        .describe("Added to the built-in ones, or in their place"),
      catalog: z.array(catalogEntry).default([]).describe("Added to the built-in catalog, or in its place"),
      policies: z.array(policy).default([]).describe("Rules that come before the choice, in order"),
      experiments: z.array(experiment).default([]).describe("Models compared on live requests"),
      auto_pull: z
        .strictObject({
          enabled: z.boolean().default(false).describe("Pull a model when nothing installed fits"),
          models: z.array(z.string()).default([]).describe("Models that may be pulled"),
          instances: z.array(z.string()).default([]).describe("Where; empty: this machine's instances"),
          max_size_gb: z.number().positive().default(10).describe("Larger ones are not pulled, decimal GB"),
        })
        .prefault({})
        .describe("Pulling what is missing"),
      prices: z
        .record(z.string(), z.number().min(0))
        .default({})
        .describe("USD a million tokens by model or instance; `client`: what the delegating model costs"),
      weights: z
        .strictObject({
          price: z.number().min(0).default(1000).describe("Seconds that a US dollar is worth"),
          remote: z.number().min(0).default(0.5).describe("Seconds that staying on this machine is worth"),
          session: z
            .number()
            .min(0)
            .default(2)
            .describe("Seconds that staying where the session was is worth"),
        })
        .prefault({})
        .describe("What counts beside time"),
    })
    .prefault({}),
  untrusted: { policies: narrowPolicies },
  environment: {},
});

export type RoutingConfig = z.output<typeof routingSection.schema>;
export type Policy = z.output<typeof policy>;
export type Condition = z.output<typeof condition>;
export type Experiment = RoutingConfig["experiments"][number];
