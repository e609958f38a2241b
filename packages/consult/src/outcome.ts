import type { RunResult } from "@ollama-bridge/core-client";
import { answerLine, answerText, choiceData, choiceOf, warningsData } from "@ollama-bridge/core-client/tools";
import {
  type BridgeError,
  errorLine,
  errorSummary,
  partialOutput,
  toBridgeError,
  visible,
  visibleLine,
} from "@ollama-bridge/foundation";
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
    instance: z.string().exactOptional().describe("Name of the instance that answered"),
    done_reason: z.string().exactOptional().describe("Why the answer ended, unless the model finished it"),
    truncated: z
      .literal(true)
      .exactOptional()
      .describe("Present where the answer was cut at the length limit"),
    warnings: warningsData("Warnings about the answer"),
    ...choiceData(),
    error: listedErrorData().exactOptional().describe("Why it failed"),
  });

export type OutcomeData = z.output<ReturnType<typeof outcomeSchema>>;

/** What is told of an answer; a web search has no instance. */
export type Answered = Pick<
  RunResult,
  "response" | "doneReason" | "truncated" | "warnings" | "reason" | "privacy"
> &
  Partial<Pick<RunResult, "instance">>;

export function outcomeData({ result, error, processingTime }: Outcome<Answered>): OutcomeData {
  if (error !== undefined) {
    return { response: partialOutput(error), processingTime, success: false, error: errorSummary(error) };
  }
  return { response: result.response, processingTime, success: true, ...remarks(result) };
}

/** What is said of an answer beside the answer. */
export function remarks(answer: Answered): Omit<OutcomeData, "response" | "processingTime" | "success"> {
  const { instance, doneReason, truncated, warnings } = answer;
  return {
    ...(instance === undefined ? {} : { instance }),
    ...(doneReason === "stop" ? {} : { done_reason: doneReason }),
    ...(truncated ? { truncated: true as const } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
    ...choiceOf(answer),
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
  const { response, processingTime, error } = outcome;
  const status = error === undefined ? `${processingTime} ms` : `failed after ${processingTime} ms`;
  const answer = error === undefined ? answerText(outcome) : `${visible(errorLine(error))}\n\n${response}`;
  return `## ${heading} (${status})\n\n${answer.trimEnd()}`;
}

/** What a reader must know of one outcome, on one line. `name`: of the step, where it has one. */
export function outcomeNote({
  name,
  model,
  ...outcome
}: OutcomeData & { model: string; name?: string }): string {
  const { error, warnings = [] } = outcome;
  const whose = name === undefined ? model : `${name}: ${model}`;
  if (error === undefined) return answerLine({ ...outcome, model: whose });
  return visibleLine([`— ${whose} failed: ${error.code}`, ...warnings].join(" · "));
}
