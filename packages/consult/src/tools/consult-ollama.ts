import { answerNotes, answerText, attach, parameters, withWarnings } from "@ollama-bridge/core-client/tools";
import { defineTool, runsModel, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import { ask, runDetails, timeoutOf } from "../ask.ts";
import type { ConsultDependencies } from "../consult-dependencies.ts";
import { millisecondsSince, outcomeSchema, remarks } from "../outcome.ts";

const consultData = () =>
  outcomeSchema()
    .omit({ response: true, success: true, error: true })
    .extend({
      response: z.string().describe("The model's answer"),
      model: z.string().describe("The model that answered"),
      timestamp: z.string().describe("When it answered, ISO 8601"),
    });

export const consultOllama = defineTool({
  name: "consult_ollama",
  title: "Consult a model",
  description:
    "Asks one Ollama model for reasoning or analysis, with context and a role for it. Use it for a second opinion from a model you name. To see several models' answers side by side use compare_ollama_models, to build one answer on another sequential_consultation_chain.",
  input: z.strictObject({
    prompt: parameters.prompt,
    model: parameters.model,
    context: parameters.text.optional().describe("Background, put before the prompt"),
    systemPrompt: parameters.system,
    files: parameters.files,
    pages: parameters.pages,
    privacy: parameters.privacy,
    timeoutMs: parameters.timeoutMs,
  }),
  data: consultData,
  annotations: runsModel,
  plainText: true,
  text: answerText,
  notes: answerNotes,
  async handler({ files, pages, ...question }, context: ToolContext<ConsultDependencies>) {
    const startedAt = performance.now();
    const attached = await attach({ ...question, files, pages }, context, {
      timeoutMs: timeoutOf(question, context.dependencies),
      canSee: (signal) =>
        context.dependencies.runner.canSee(
          { model: question.model, prompt: question.prompt, privacy: question.privacy },
          { signal },
        ),
    });
    const { prompt, images, timeoutMs } = attached;
    const asking = { ...context, caller: "consult_ollama" };
    const result = withWarnings(attached, await ask({ ...question, prompt, images, timeoutMs }, asking));
    return {
      data: {
        response: result.response,
        model: result.model,
        timestamp: new Date().toISOString(),
        processingTime: millisecondsSince(startedAt),
        ...remarks(result),
      },
      details: runDetails(result),
    };
  },
});
