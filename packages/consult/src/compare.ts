import { answerText, firstWords } from "@ollama-bridge/core-client/tools";
import { amendError, type BridgeError, errorLine } from "@ollama-bridge/foundation";
import type { ProgressReporter } from "@ollama-bridge/server-kit";
import * as z from "zod";
import { type Asking, ask, type Question, runDetails } from "./ask.ts";
import {
  millisecondsSince,
  outcomeData,
  outcomeNote,
  outcomeSchema,
  outcomeText,
  settle,
  totalsOf,
  totalsSchema,
} from "./outcome.ts";

/** `data` of a comparison; the results in the order the models were named. */
export const comparisonData = () =>
  z.strictObject({
    prompt: z.string().describe("The prompt as it was given"),
    results: z.array(
      z.strictObject({ model: z.string().describe("Name of the model"), ...outcomeSchema().shape }),
    ),
    summary: z.strictObject({
      ...totalsSchema().shape,
      wallTime: z.int().describe("From the first question to the last answer, in ms"),
    }),
  });

/** What a comparison came to; the results in the order the models were named. */
export type ComparisonData = z.output<ReturnType<typeof comparisonData>>;

/**
 * Asks all models at once, each with its own deadline.
 * @throws BridgeError of the first model, with all results as `data`, when every model failed.
 */
export async function compare(
  models: readonly string[],
  question: Omit<Question, "model">,
  asking: Asking,
): Promise<{ data: ComparisonData; details: object }> {
  const startedAt = performance.now();
  const ended = endedSoFar(asking.progress, models.length);
  const outcomes = await Promise.all(
    models.map(async (model) => {
      const each = { ...asking, progress: ended.progress };
      const outcome = await settle(asking, () => ask({ ...question, model }, each, model));
      const { error, result } = outcome;
      if (error !== undefined) ended.add(`${model} (failed)`, errorLine(error));
      else ended.add(model, answerText({ response: result.response, done_reason: result.doneReason }));
      return { model: outcome.result?.model ?? model, outcome };
    }),
  );
  const results = outcomes.map(({ model, outcome }) => ({ model, ...outcomeData(outcome) }));
  const summary = { ...totalsOf(results), wallTime: millisecondsSince(startedAt) };
  const data = { prompt: question.prompt, results, summary };
  const first = outcomes[0]?.outcome.error;
  if (first !== undefined && summary.successful === 0) throw allFailed(first, data);
  const details = outcomes.flatMap(({ model, outcome: { result } }) =>
    result === undefined ? [] : { model, ...runDetails(result) },
  );
  return { data, details: { results: details } };
}

/** Puts the models that have ended before every message, so that none is missed when many end at once. */
function endedSoFar(progress: ProgressReporter, count: number) {
  const names: string[] = [];
  const standing = () => `${names.length} of ${count} ended: ${names.join(", ")}`;
  return {
    progress: {
      ...progress,
      update: (message: string) =>
        progress.update(names.length === 0 ? message : `${standing()}; ${message}`),
    },
    /** Sends the beginning of what came of it, so that a fast answer is there before the slow ones. */
    add(name: string, text: string) {
      names.push(name);
      void progress.emit(`${standing()} · ${name}: ${firstWords(text)}`, standing());
    },
  };
}

function allFailed(first: BridgeError, data: ComparisonData): BridgeError {
  const failed = data.results.length === 1 ? "The model failed" : `All ${data.results.length} models failed`;
  return amendError(first, {
    message: `${failed}; ${data.results[0]?.model}: ${first.message}`,
    more: comparisonText(data),
    data,
  });
}

/** A line for each model: where it answered, and what is to be known of the answer. */
export const comparisonNotes = ({ results }: ComparisonData) => [results.map(outcomeNote).join("\n")];

export function comparisonText({ results, summary }: ComparisonData): string {
  const { successful, failed, totalTime, averageTime, wallTime } = summary;
  return [
    ...results.map((result) => outcomeText(result.model, result)),
    `${successful} answered, ${failed} failed; ${wallTime} ms in all, ${averageTime} ms on average, ${totalTime} ms summed.`,
  ].join("\n\n");
}
