import { tiers } from "@ollama-bridge/discovery";
import { defineConfigSection, loadPatternEngine } from "@ollama-bridge/server-kit";
import * as z from "zod";
import { narrowPolicies } from "./policies/narrow-policies.ts";
import { condition, policy } from "./policies/policy-schema.ts";

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
  aliases: { catalogue: "catalog" },
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
        .describe("USD per million tokens by model or instance; `client`: what the delegating model costs"),
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
  // A prompt's pattern is checked with an engine that most servers never need.
  prepare: loadPatternEngine,
  untrusted: { policies: narrowPolicies },
  environment: {},
});

export type RoutingConfig = z.output<typeof routingSection.schema>;
export type Experiment = RoutingConfig["experiments"][number];
