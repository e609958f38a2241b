import {
  alsoTakes,
  defineTool,
  fromJsonText,
  readOnlyHints,
  type ToolContext,
} from "@ollama-bridge/server-kit";
import * as z from "zod";
import type { CoreDependencies } from "../core-dependencies.ts";
import { answerNotes } from "./answer-notes.ts";
import * as parameters from "./parameters.ts";

const embedData = () =>
  z.strictObject({
    embeddings: z.array(z.array(z.number())).describe("One vector per text, in order"),
    dimensions: z.int().describe("Length of each vector"),
    count: z.int().describe("Number of vectors"),
    model: z.string().describe("The model's name as it was asked for"),
    instance: z.string().describe("Name of the instance that made them"),
    usage: z.strictObject({ input_tokens: z.int().describe("Tokens of all texts") }),
  });

/** One text may stand without a list, as at Ollama; it may be JSON of something else than texts. */
function asTexts(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const list = fromJsonText(value);
  return Array.isArray(list) && list.every((item) => typeof item === "string") ? list : [value];
}

export const ollamaEmbed = defineTool({
  name: "ollama_embed",
  title: "Embed texts",
  description:
    "Turns texts into embedding vectors with one Ollama model, one vector a text, in order. Use it to compare or index texts. It generates nothing: for answers use ollama_generate.",
  input: z.strictObject({
    model: parameters.model,
    input: alsoTakes(z.array(parameters.text).min(1).max(1024).describe("The texts"), asTexts),
    dimensions: z
      .number()
      .int()
      .min(1)
      .optional()
      .describe("Length of the vectors; default: the model's own"),
    truncate: z.boolean().optional().describe("Cut texts longer than the context; default false: an error"),
    privacy: parameters.privacy,
  }),
  data: embedData,
  annotations: readOnlyHints,
  text: ({ count, dimensions }) => `${count} embeddings of ${dimensions} dimensions.`,
  notes: answerNotes,
  async handler(
    { model, input, dimensions, truncate = false, privacy },
    { dependencies, signal }: ToolContext<CoreDependencies>,
  ) {
    const timeoutMs = dependencies.limits.default_timeout_ms;
    const answer = await dependencies.runner.embed(
      { model, input, dimensions, truncate, privacy, caller: "ollama_embed" },
      { signal, timeoutMs },
    );
    const { embeddings, prompt_eval_count = 0, instance } = answer;
    return {
      data: {
        embeddings,
        dimensions: embeddings[0]?.length ?? 0,
        count: embeddings.length,
        model,
        instance,
        usage: { input_tokens: prompt_eval_count },
      },
    };
  },
});
