import { answerBudget } from "@ollama-bridge/core-client";
import { parameters } from "@ollama-bridge/core-client/tools";
import { invalidArgument, MAX_LIST_LENGTH, randomId } from "@ollama-bridge/foundation";
import { defineTool, runsModel, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import { compare, comparisonData, comparisonNotes, comparisonText } from "../compare.ts";
import type { ConsultDependencies } from "../consult-dependencies.ts";

export const compareOllamaModels = defineTool({
  name: "compare_ollama_models",
  title: "Compare models",
  description:
    "Asks several Ollama models the same at once and returns every answer with its time, in the order named; one that fails loses none of the others. Use it to weigh opinions or to choose a model. For one model use consult_ollama.",
  input: z.strictObject({
    prompt: parameters.prompt,
    models: z
      .array(parameters.name)
      .min(1)
      .max(MAX_LIST_LENGTH)
      .describe("Model names, at most 10 unless configured otherwise"),
    context: parameters.text.optional().describe("Background for all, put before the prompt"),
    systemPrompt: parameters.system,
    privacy: parameters.privacy,
    timeoutMs: parameters.timeoutMs.describe("Deadline of each model in ms, default 120000"),
  }),
  data: comparisonData,
  annotations: runsModel,
  text: comparisonText,
  notes: comparisonNotes,
  async handler({ models, ...question }, context: ToolContext<ConsultDependencies>) {
    const most = context.dependencies.consult.max_comparison_models;
    if (models.length > most) {
      throw invalidArgument(
        "models",
        `${models.length} are more than the ${most} that can be compared`,
        "Name fewer, or raise MAX_COMPARISON_MODELS (consult.max_comparison_models in the config).",
      );
    }
    parameters.requirePrompt(question.prompt);
    const budget = answerBudget();
    const output = await compare(models, question, {
      ...context,
      budget,
      caller: "compare_ollama_models",
    }).finally(() => budget.release());
    const comparisonId = randomId("cmp_", 12);
    return { ...output, metadata: { comparisonId } };
  },
});
