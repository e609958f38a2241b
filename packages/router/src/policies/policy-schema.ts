import { tiers } from "@ollama-bridge/discovery";
import { patternFault } from "@ollama-bridge/server-kit";
import * as z from "zod";

const names = (what: string) => z.array(z.string()).optional().describe(what);

function isLinear(pattern: string, context: z.RefinementCtx): void {
  const message = patternFault(pattern);
  if (message !== undefined) context.addIssue({ code: "custom", message });
}

/** When a policy or an experiment applies. */
export const condition = z.strictObject({
  category: z.string().optional().describe("The task's category"),
  prompt_matches: z
    .string()
    .superRefine(isLinear)
    .optional()
    .describe(
      "Regular expression matched against the prompt, ignoring case; with use.privacy or forbid, against everything that is sent",
    ),
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

/** One entry of `routing.policies`. */
export const policy = z.strictObject({
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

export type Condition = z.output<typeof condition>;
export type Policy = z.output<typeof policy>;
