import { answerLine, answerText, choiceData, warningsData } from "@ollama-bridge/core-client/tools";
import { amendError, type BridgeError, errorLine, visible } from "@ollama-bridge/foundation";
import { listedErrorData } from "@ollama-bridge/server-kit";
import * as z from "zod";

/** One model's part. */
const batchResultData = () =>
  z.strictObject({
    model: z.string().describe("Name of the model"),
    instance: z.string().exactOptional().describe("Name of the instance that answered"),
    success: z.boolean().describe("Whether it answered"),
    response: z.string().exactOptional().describe("The answer"),
    done_reason: z.string().exactOptional().describe("Why the answer ended, unless the model finished it"),
    truncated: z.boolean().exactOptional().describe("Present where the answer was cut at the length limit"),
    warnings: warningsData("Warnings about the answer"),
    ...choiceData(),
    error: listedErrorData().exactOptional().describe("Why it failed"),
    duration_ms: z.int().describe("Time it took"),
  });

export type BatchResult = z.output<ReturnType<typeof batchResultData>>;

export const batchData = () =>
  z.strictObject({
    results: z.array(batchResultData()).describe("In the order asked"),
    summary: z.strictObject({
      successful: z.int().describe("How many answered"),
      failed: z.int().describe("How many failed"),
      total_ms: z.int().describe("Time from the question to the last answer"),
      slowest_ms: z.int().describe("Time of the slowest"),
    }),
  });

export type BatchData = z.output<ReturnType<typeof batchData>>;

export function summaryOf(results: readonly BatchResult[], totalMs: number): BatchData["summary"] {
  const successful = results.filter(({ success }) => success).length;
  return {
    successful,
    failed: results.length - successful,
    total_ms: Math.round(totalMs),
    slowest_ms: Math.max(...results.map(({ duration_ms }) => duration_ms)),
  };
}

/** The first one's code, with all of them in `data`. */
export function allFailed(first: BridgeError, data: BatchData): BridgeError {
  const lines = data.results.map(({ model, error }) => `- ${model}: ${error && errorLine(error)}`);
  return amendError(first, {
    message: `All ${data.results.length} models failed; the first: ${first.message}`,
    more: lines.join("\n"),
    data,
  });
}

export function batchText({ results }: BatchData): string {
  return results.map(section).join("\n\n");
}

function section({ model, instance, response = "", error, ...rest }: BatchResult): string {
  if (error !== undefined) return `## ${model}\n\n${visible(errorLine(error))}`;
  return `## ${model} (${instance})\n\n${answerText({ ...rest, response })}`;
}

/** A line for each model: where it answered and what is to be known of the answer, or that it failed. */
export function batchNotes({ results }: BatchData): string[] {
  const lines = results.map(({ error, ...facts }) =>
    error === undefined ? answerLine(facts) : `— ${facts.model} failed: ${error.code}`,
  );
  return [lines.join("\n")];
}
