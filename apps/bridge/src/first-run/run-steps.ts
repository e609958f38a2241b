import type { BridgeConnection, ToolAnswer } from "./connect-to-self.ts";
import { generatingModels, type Step, type StepState, steps } from "./steps.ts";

/** How a first run came out. */
export interface FirstRunOutcome {
  answered: number;
  failed: number;
  /** Left out for want of models. */
  leftOut: Step[];
}

/** Runs the steps in order over `connect`ed servers and reports each as it ends. */
export async function runSteps(
  connect: () => Promise<BridgeConnection>,
  category: string,
  report: (step: Step, answer: ToolAnswer) => void,
): Promise<FirstRunOutcome> {
  const state: StepState = { models: [], category };
  const outcome: FirstRunOutcome = { answered: 0, failed: 0, leftOut: [] };
  let connection = await connect();
  try {
    for (const step of steps) {
      if ((step.models ?? 0) > state.models.length) {
        outcome.leftOut.push(step);
        continue;
      }
      if (step.anew) {
        await connection.close();
        connection = await connect();
      }
      const answer = await connection.call(step.tool, step.args(state));
      report(step, answer);
      if (answer.isError) outcome.failed++;
      else outcome.answered++;
      if (step.tool === "list_models") state.models = generatingModels(answer);
    }
  } finally {
    await connection.close();
  }
  return outcome;
}
