/** A kind of task and the models for it, the preferred one first. */
export interface Category {
  description: string;
  models: readonly string[];
}

/** By the category's name. */
export type RoutingTable = ReadonlyMap<string, Category>;

const builtInRoutingTable: Readonly<Record<string, Category>> = {
  code: {
    description: "Code generation, review, refactoring, debugging",
    models: [
      "devstral-2:123b-cloud",
      "minimax-m2.5:cloud",
      "qwen3-coder-next:cloud",
      "qwen3-coder:480b-cloud",
      "deepcoder:1.5b",
      "qwen2.5-coder:7b",
    ],
  },
  math: {
    description: "Math, logic, proofs, formal reasoning",
    models: ["kimi-k2-thinking:cloud", "cogito-2.1:671b-cloud"],
  },
  reasoning: {
    description: "Complex reasoning, chain-of-thought",
    models: ["deepseek-v3.2:cloud", "cogito-2.1:671b-cloud", "deepseek-r1:8b"],
  },
  general: {
    description: "Research, Q&A, analysis, summarization",
    models: ["kimi-k2.5:cloud", "deepseek-v3.2:cloud", "mistral-large-3:675b-cloud"],
  },
  vision: {
    description: "Image understanding, diagrams",
    models: ["qwen3-vl:235b-cloud", "mistral-large-3:675b-cloud", "gemma3:4b"],
  },
  ocr: { description: "Document parsing, tables, formulas", models: ["glm-ocr:latest"] },
  factual: {
    description: "Factual Q&A (low hallucination priority)",
    models: ["glm-5:cloud", "cogito-2.1:671b-cloud"],
  },
  agentic: {
    description: "Multi-step tasks, tool use, automation",
    models: ["nemotron-3-nano:30b-cloud", "qwen3.5:397b-cloud"],
  },
  fast: {
    description: "Quick simple tasks, speed over quality",
    models: ["gemini-3-flash-preview:cloud", "deepcoder:1.5b", "qwen2:1.5b"],
  },
};

/** The built-in table with the operator's categories added; one of a known name replaces the built-in one. */
export function createRoutingTable(more: Readonly<Record<string, Category>> = {}): RoutingTable {
  return new Map(Object.entries({ ...builtInRoutingTable, ...more }));
}
