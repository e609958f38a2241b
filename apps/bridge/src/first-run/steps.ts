import type { BridgeConnection, ToolAnswer } from "./connect-to-self.ts";

/** One thing a first run shows: a call through the protocol, and how its answer reads. */
export interface Step {
  tool: string;
  question: string;
  args(state: StepState): object;
  /** What was answered, for a person. */
  shown(answer: ToolAnswer): string;
}

/** What earlier steps found out. */
export interface StepState {
  models: string[];
}

export const steps: Step[] = [
  {
    tool: "ollama_list_models",
    question: "Which models are there?",
    args: () => ({}),
    shown: ({ text }) => text,
  },
  {
    tool: "ollama_generate",
    question: "What is the capital of France?",
    args: ({ models }) => ({
      model: models[0],
      prompt: "What is the capital of France?",
      options: { temperature: 0, num_predict: 120 },
    }),
    shown: ({ text }) => text,
  },
];

/** Runs the steps in order and reports each; resolves to how many failed. */
export async function runSteps(
  connection: BridgeConnection,
  report: (step: Step, answer: ToolAnswer) => void,
): Promise<number> {
  const state: StepState = { models: [] };
  let failed = 0;
  for (const step of steps) {
    const answer = await connection.call(step.tool, step.args(state));
    report(step, answer);
    if (answer.isError) failed++;
    if (step.tool === "ollama_list_models") state.models = generatingModels(answer);
  }
  return failed;
}

/** Models that answer prompts, the smallest first: a first run should not wait for a large one to load. */
function generatingModels({ data }: ToolAnswer): string[] {
  const models = (data.models ?? []) as { name: string; size: number; capabilities?: string[] }[];
  return models
    .filter(
      ({ capabilities, name }) => capabilities?.includes("completion") ?? !/embed|minilm|bge/.test(name),
    )
    .sort((a, b) => a.size - b.size)
    .map(({ name }) => name);
}
