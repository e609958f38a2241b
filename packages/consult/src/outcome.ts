import type { RunResult } from "@ollama-bridge/core-client";
import { warningsData } from "@ollama-bridge/core-client/tools";
import { type BridgeError, errorSummary, partialOutput, toBridgeError } from "@ollama-bridge/foundation";
import { listedErrorData } from "@ollama-bridge/server-kit";
import * as z from "zod";
import type { Asking } from "./ask.ts";

/** How one of several questions ended; `processingTime` in ms, waiting included. */
export type Outcome<Result> = { processingTime: number } & (
  | { result: Result; error?: never }
  | { result?: never; error: BridgeError }
);

/** Runs one of several, so that its failure loses none of the others. @throws when the caller cancelled. */
export async function settle<Result>(
  { signal, log }: Asking,
  work: () => Promise<Result>,
): Promise<Outcome<Result>> {
  const startedAt = performance.now();
  const processingTime = () => millisecondsSince(startedAt);
  try {
    return { result: await work(), processingTime: processingTime() };
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    const error = toBridgeError(thrown);
    if (error.code === "INTERNAL_ERROR") log.error({ err: error.cause ?? error }, error.message);
    return { error, processingTime: processingTime() };
  }
}

export const millisecondsSince = (startedAt: number) => Math.round(performance.now() - startedAt);

/** An outcome as it stands in a list. */
export const outcomeSchema = () =>
  z.strictObject({
    response: z.string().describe("The answer; after a failure what had come of it"),
    processingTime: z.int().describe("Milliseconds, waiting included"),
    success: z.boolean().describe("Whether the model answered"),
    truncated: z
      .literal(true)
      .exactOptional()
      .describe("Present where the answer was cut at the length limit"),
    warnings: warningsData("What else is to be known about the answer"),
    error: listedErrorData().exactOptional().describe("Why it failed"),
  });

export type OutcomeData = z.output<ReturnType<typeof outcomeSchema>>;

export type Answered = Pick<RunResult, "response" | "truncated" | "warnings">;

export function outcomeData({ result, error, processingTime }: Outcome<Answered>): OutcomeData {
  if (error !== undefined) {
    return { response: partialOutput(error), processingTime, success: false, error: errorSummary(error) };
  }
  return { response: result.response, processingTime, success: true, ...remarks(result) };
}

/** What has to be said of an answer beside the answer; nothing, most of the time. */
export function remarks({ truncated, warnings }: Answered): Pick<OutcomeData, "truncated" | "warnings"> {
  return {
    ...(truncated ? { truncated: true as const } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

export const totalsSchema = () =>
  z.strictObject({
    successful: z.int().describe("How many answered"),
    failed: z.int().describe("How many failed"),
    totalTime: z.int().describe("Sum of all processing times in ms"),
    averageTime: z.int().describe("That sum divided by their number, in ms"),
  });

type Totals = z.output<ReturnType<typeof totalsSchema>>;

export function totalsOf(outcomes: readonly OutcomeData[]): Totals {
  const successful = outcomes.filter(({ success }) => success).length;
  const totalTime = outcomes.reduce((sum, { processingTime }) => sum + processingTime, 0);
  return {
    successful,
    failed: outcomes.length - successful,
    totalTime,
    averageTime: outcomes.length === 0 ? 0 : Math.round(totalTime / outcomes.length),
  };
}

/** One outcome for a reader, under its heading. */
export function outcomeText(heading: string, outcome: OutcomeData): string {
  const { response, processingTime, error, truncated, warnings = [] } = outcome;
  const notes = [
    ...(error === undefined ? [] : [`${error.code}: ${error.message}`]),
    ...(truncated ? ["The answer was cut at the length limit."] : []),
    ...warnings,
  ];
  const status = error === undefined ? `${processingTime} ms` : `failed after ${processingTime} ms`;
  return [`## ${heading} (${status})`, ...notes.map((note) => `> ${note}`), response]
    .filter(Boolean)
    .join("\n\n");
}
