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

/** `data` of a tool that runs one model. */
export const runData = () =>
  z.strictObject({
    response: z.string().describe("The model's answer"),
    thinking: z.string().exactOptional().describe("The model's thinking, when `think` asked for it"),
    model: z.string().describe("The model's name as it was asked for"),
    done_reason: z.string().describe("Why the answer ends: `stop`, `length` …"),
    truncated: z.boolean().describe("Whether the answer was cut at the length limit"),
    usage: usageData(),
    warnings: warningsData("What else is to be known about the answer"),
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
      done_reason: doneReason,
      truncated,
      usage,
      ...(warnings.length > 0 ? { warnings } : {}),
    },
    details: { instance, timings, ...(!thinkingWanted && thinking !== undefined ? { thinking } : {}) },
  };
}
