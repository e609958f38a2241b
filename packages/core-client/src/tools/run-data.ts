import type { RunResult } from "../run/model-runner.ts";

/** `data` of a tool that runs one model. */
export interface RunData {
  response: string;
  thinking?: string;
  model: string;
  done_reason: string;
  truncated: boolean;
  usage: { input_tokens: number; output_tokens: number };
  warnings?: string[];
}

/** A run as a tool answers it; thinking that nobody asked for goes to the details, with the timings. */
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
