import { AnswerBudget, type RunEvent } from "@ollama-bridge/core-client";
import { allowedRoots, answerText, choiceOf, parameters, withFiles } from "@ollama-bridge/core-client/tools";
import {
  type BridgeError,
  deadlineAfter,
  errorLine,
  errorSummary,
  timeLeft,
  toBridgeError,
} from "@ollama-bridge/foundation";
import { defineTool, runsModel, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import type { RouterDependencies } from "../router-dependencies.ts";
import { allFailed, type BatchResult, batchData, batchNotes, batchText, summaryOf } from "./batch-output.ts";
import { BatchProgress } from "./batch-progress.ts";
import { timeoutMs } from "./route-parameters.ts";

export const batchAsk = defineTool({
  name: "batch_ask",
  title: "Ask several models",
  description:
    "Sends one prompt to 2 to 5 models at once, each on its best Ollama instance, and returns all answers in the order asked; one that fails does not cost the others. Use it to compare answers, cross-check facts or get several drafts. For one answer use ask_model.",
  input: z.strictObject({
    models: z.array(parameters.name).min(2).max(5).describe("2 to 5 model names"),
    prompt: parameters.prompt,
    system: parameters.system,
    files: parameters.files,
    options: parameters.options,
    privacy: parameters.privacy,
    timeoutMs,
  }),
  data: batchData,
  annotations: runsModel,
  text: batchText,
  notes: batchNotes,
  async handler(args, context: ToolContext<RouterDependencies>) {
    const { dependencies, signal } = context;
    const { models, system, options, privacy } = args;
    const deadlineMs = deadlineAfter(args.timeoutMs);
    const startedMs = performance.now();
    const prompt = await withFiles(parameters.requirePrompt(args.prompt), args.files, allowedRoots(context));
    const progress = new BatchProgress(context.progress, models);
    const attempts: object[] = [];
    const budget = new AnswerBudget();

    async function ask(
      model: string,
      index: number,
    ): Promise<BatchResult | { failed: BridgeError; result: BatchResult }> {
      const askedMs = performance.now();
      const duration = () => Math.round(performance.now() - askedMs);
      const onEvent = (event: RunEvent) => progress.tell(index, event);
      const request = { model, prompt, system, options, privacy, caller: "batch_ask" };
      try {
        const answer = await dependencies.router.run(request, {
          signal,
          timeoutMs: timeLeft(deadlineMs),
          onEvent,
          budget,
        });
        attempts.push(...answer.route.attempts);
        const { response, instance, doneReason, truncated, warnings } = answer;
        progress.ended(index, "done", answerText({ response, done_reason: doneReason }));
        return {
          model,
          instance,
          success: true,
          response,
          ...(doneReason === "stop" ? {} : { done_reason: doneReason }),
          ...(truncated ? { truncated } : {}),
          ...(warnings.length > 0 ? { warnings } : {}),
          ...choiceOf(answer),
          duration_ms: duration(),
        };
      } catch (thrown) {
        signal.throwIfAborted();
        const failed = toBridgeError(thrown);
        progress.ended(index, "failed", errorLine(failed));
        return {
          failed,
          result: { model, success: false, error: errorSummary(failed), duration_ms: duration() },
        };
      }
    }

    const asked = await Promise.all(models.map(ask)).finally(() => budget.release());
    const results = asked.map((each) => ("failed" in each ? each.result : each));
    const data = { results, summary: summaryOf(results, performance.now() - startedMs) };
    const [first] = asked;
    if (data.summary.successful === 0 && first !== undefined && "failed" in first)
      throw allFailed(first.failed, data);
    return { data, details: { attempts } };
  },
});
