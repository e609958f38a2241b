import { answerBudget, type RunEvent } from "@ollama-bridge/core-client";
import {
  type Attached,
  answerText,
  attach,
  choiceOf,
  parameters,
  withWarnings,
} from "@ollama-bridge/core-client/tools";
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
    pages: parameters.pages,
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
    const sees = (model: string, aborted: AbortSignal) =>
      dependencies.router.canSee(
        { model, prompt: args.prompt, privacy, caller: "batch_ask" },
        { signal: aborted },
      );
    const read = (asked: readonly string[]) =>
      attach({ ...args, model: asked.join(", ") }, context, {
        timeoutMs: timeLeft(deadlineMs),
        canSee: async (aborted) =>
          (await Promise.all(asked.map((model) => sees(model, aborted)))).some(Boolean),
      });
    const attached = await read(models);
    /** Pages without text are pictures for those models alone that can see. */
    const attachedFor = async (model: string): Promise<Attached> =>
      attached.images === undefined || (await sees(model, signal)) ? attached : read([model]);
    const progress = new BatchProgress(context.progress, models);
    const attempts: object[] = [];
    const budget = answerBudget();

    async function ask(
      model: string,
      index: number,
    ): Promise<BatchResult | { failed: BridgeError; result: BatchResult }> {
      const askedMs = performance.now();
      const duration = () => Math.round(performance.now() - askedMs);
      const onEvent = (event: RunEvent) => progress.tell(index, event);
      try {
        const given = await attachedFor(model);
        const { prompt, images } = given;
        const request = { model, prompt, images, system, options, privacy, caller: "batch_ask" };
        const limits = { signal, timeoutMs: timeLeft(deadlineMs), onEvent, budget };
        const answer = withWarnings(given, await dependencies.router.run(request, limits));
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
