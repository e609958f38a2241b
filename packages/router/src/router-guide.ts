import { type Tier, tierOf } from "@ollama-bridge/discovery";
import { MAX_TEXT_LENGTH } from "@ollama-bridge/foundation";
import { definePrompt, type ResourceDefinition } from "@ollama-bridge/server-kit";
import * as z from "zod";
import { type GuideSources, modelGuide, shortGuide } from "./model-guide.ts";
import { type OffloadPolicy, shouldOffload } from "./offload.ts";
import type { RouterDependencies } from "./router-dependencies.ts";

export const sourcesOf = ({ fleet, router }: RouterDependencies): GuideSources => ({
  fleet,
  ...router.settings,
});

/** What a client's model can read before it delegates. */
export const guideResource: ResourceDefinition<RouterDependencies> = {
  uri: "guide://models",
  name: "model-guide",
  title: "Model guide",
  description: "Which installed model is best for what, by category, with sizes, tiers and machines",
  mimeType: "text/markdown",
  async read(dependencies) {
    await dependencies.fleet.current();
    return modelGuide(sourcesOf(dependencies));
  },
};

/** Tells the client how to choose a model for a task. */
export const delegatePrompt = definePrompt({
  name: "delegate",
  title: "Delegate a task",
  description: "Has the client give a task to the right model of the fleet and check the answer",
  parameters: z.strictObject({ task: z.string().max(MAX_TEXT_LENGTH).describe("What is to be done") }),
  async render({ task }, dependencies: RouterDependencies) {
    await dependencies.fleet.current();
    return [
      "Give the following task to a model of the Ollama fleet and bring back the result.",
      "1. Decide what kind of task it is. If one model is clearly right, call ask_model; if the kind is clear, route_task; else route_request. For an important answer call batch_ask with two or three models and compare.",
      "2. Pass files by path in files[] instead of pasting them. Set privacy to local_only for anything that must not leave private machines.",
      "3. Read the answer critically, correct what is wrong, and say which model it came from.",
      "",
      `Task: ${task}`,
      "",
      shortGuide(sourcesOf(dependencies)),
    ].join("\n");
  },
});

/** Tells the client whether to delegate at all. */
export const offloadPrompt = definePrompt({
  name: "offload",
  title: "Offload or not",
  description: "Says whether a prompt is better given to the Ollama fleet or answered by the client, and why",
  parameters: z.strictObject({ prompt: z.string().max(MAX_TEXT_LENGTH).describe("The prompt in question") }),
  async render({ prompt }, dependencies: RouterDependencies) {
    await dependencies.fleet.current();
    const { offload, reasons, category, localOnly, tier } = shouldOffload(prompt, fleetPolicy(dependencies));
    const how = localOnly
      ? `Call route_task with category ${category} and privacy local_only.`
      : `Call route_request with performance ${tier}.`;
    return [
      `Offload: ${offload ? "yes" : "no"}, because ${reasons.join("; ")}.`,
      offload ? how : "Answer it yourself.",
      "",
      `Prompt: ${prompt}`,
    ].join("\n");
  },
});

/** What the fleet can do, as far as the decision to offload asks. */
function fleetPolicy({ fleet, router }: RouterDependencies): OffloadPolicy {
  const { catalog } = router.settings;
  const models = fleet
    .modelNames()
    .flatMap((name) => fleet.having(name).flatMap((instance) => instance.models.get(name) ?? []));
  const chat = models.filter(({ capabilities }) => capabilities?.includes("completion") ?? true);
  const lengths = chat.flatMap(({ contextLength }) => contextLength ?? []);
  const tiers = [...new Set<Tier>(chat.map((model) => tierOf(model, catalog.get(model.name))))];
  return {
    tiers,
    vision: chat.some(({ capabilities }) => capabilities?.includes("vision") ?? true),
    ...(lengths.length === chat.length && lengths.length > 0 ? { contextTokens: Math.max(...lengths) } : {}),
  };
}
