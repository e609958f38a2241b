import type { ToolAnswer } from "./connect-to-self.ts";

/** What earlier steps found out. */
export interface StepState {
  /** Models that answer prompts, the smallest first: a first run should not wait for a large one to load. */
  models: string[];
  /** A category to route by. */
  category: string;
}

/** One thing a first run shows: a call through the protocol, and how its answer reads. */
export interface Step {
  tool: string;
  question: string;
  args(state: StepState): object;
  /** Models it needs; with fewer it is left out, and said so. */
  models?: number;
  /** In a process started anew, to show that what was stored outlives one. */
  anew?: boolean;
}

const capital = "What is the capital of France?";
const MEMORY_KEY = "first-run";

/** Short answers: a first run is about everything working, not about the model's prose. */
const options = { num_predict: 60 };

export const steps: Step[] = [
  { tool: "discover_instances", question: "Which Ollamas are there?", args: () => ({}) },
  { tool: "list_models", question: "Which models do they have?", args: () => ({}) },
  {
    tool: "ask_model",
    question: capital,
    models: 1,
    args: ({ models }) => ({ model: models[0], prompt: capital, options: { ...options, temperature: 0 } }),
  },
  {
    tool: "batch_ask",
    question: "What is the capital of Spain? (two models at once)",
    models: 2,
    args: ({ models }) => ({ models: models.slice(0, 2), prompt: "What is the capital of Spain?", options }),
  },
  {
    tool: "route_task",
    question: "Who answers a quick question best, and why?",
    models: 1,
    args: ({ category }) => ({
      category,
      prompt: "Name one primary color.",
      dry_run: true,
      explain: true,
    }),
  },
  {
    tool: "route_request",
    question: "Write a haiku about a bridge. (the model is chosen)",
    models: 1,
    args: () => ({ prompt: "Write a haiku about a bridge.", performance: "fast" }),
  },
  {
    tool: "consult_ollama",
    question: "What is one advantage of small models?",
    models: 1,
    args: ({ models }) => ({
      model: models[0],
      prompt: "What is one advantage of small language models? Answer in one sentence.",
    }),
  },
  {
    tool: "compare_ollama_models",
    question: "Say hello. (the same to each model)",
    models: 1,
    args: ({ models }) => ({ models: models.slice(0, 2), prompt: "Say hello in one short sentence." }),
  },
  {
    tool: "sequential_consultation_chain",
    question: "Name a city, then praise it. (the second step reads the first)",
    models: 1,
    args: ({ models }) => ({
      consultants: [
        { id: "namer", model: models[0], prompt: "Name one city in Italy. Answer with its name only." },
        { id: "poet", model: models.at(1) ?? models[0], prompt: "Say one kind sentence about this: {namer}" },
      ],
    }),
  },
  {
    tool: "remember_consult",
    question: "Remember that the bridge was tried.",
    args: () => ({
      key: MEMORY_KEY,
      value: "The bridge was tried and every part answered.",
      tags: ["first-run"],
    }),
  },
  {
    tool: "search_memories",
    question: "What do you remember about the bridge?",
    args: () => ({ query: "bridge tried" }),
  },
  {
    tool: "recall",
    question: "And after a restart?",
    anew: true,
    args: () => ({ key: MEMORY_KEY }),
  },
];

/** The models that answer prompts, from what `list_models` told. */
export function generatingModels({ data }: ToolAnswer): string[] {
  const models = (data.models ?? {}) as Record<string, { size_bytes: number; capabilities?: string[] }>;
  return Object.entries(models)
    .filter(
      ([name, { capabilities }]) => capabilities?.includes("completion") ?? !/embed|minilm|bge/.test(name),
    )
    .sort(([, a], [, b]) => a.size_bytes - b.size_bytes)
    .map(([name]) => name);
}
