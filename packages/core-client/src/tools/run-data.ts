import * as z from "zod";
import type { RunResult } from "../run/model-runner.ts";

const usageData = () =>
  z
    .strictObject({
      input_tokens: z.int().describe("Tokens of the prompt"),
      output_tokens: z.int().describe("Tokens of the answer, thinking included"),
    })
    .describe("What the run took");

/** The schema of warnings beside an answer, absent where there are none. */
export const warningsData = (description: string) =>
  z.array(z.string()).exactOptional().describe(description);

/** How an answer came about, where it did not follow from the request. */
export const choiceData = () => ({
  reason: z.string().exactOptional().describe("Why this model on this instance, where it was chosen"),
  privacy: z
    .literal("local_only")
    .exactOptional()
    .describe("Present when the run was restricted to private machines"),
});

type Choice = Pick<RunResult, "reason" | "privacy">;

/** The values of `choiceData`. */
export function choiceOf({ reason, privacy }: Choice): Choice {
  return { ...(reason === undefined ? {} : { reason }), ...(privacy === undefined ? {} : { privacy }) };
}

/** `data` of a tool that runs one model. */
export const runData = () =>
  z.strictObject({
    response: z.string().describe("The model's answer"),
    thinking: z.string().exactOptional().describe("The model's thinking, when `think` asked for it"),
    model: z.string().describe("The model's name as it was asked for"),
    instance: z.string().describe("Name of the instance that answered"),
    done_reason: z.string().describe("Why the answer ends: `stop`, `length` …"),
    truncated: z.boolean().describe("Whether the answer was cut at the length limit"),
    usage: usageData(),
    warnings: warningsData("Warnings about the answer"),
    ...choiceData(),
  });

/** What a tool that runs one model answers. */
export type RunData = z.output<ReturnType<typeof runData>>;

/** Makes a tool's answer of a run; thinking that nobody asked for goes to the details, with the timings. */
export function runOutput(result: RunResult, thinkingWanted: boolean): { data: RunData; details: object } {
  const { response, thinking, model, doneReason, truncated, usage, timings, instance, warnings } = result;
  return {
    data: {
      response,
      ...(thinkingWanted && thinking !== undefined ? { thinking } : {}),
      model,
      instance,
      done_reason: doneReason,
      truncated,
      usage,
      ...(warnings.length > 0 ? { warnings } : {}),
      ...choiceOf(result),
    },
    details: { instance, timings, ...(!thinkingWanted && thinking !== undefined ? { thinking } : {}) },
  };
}
