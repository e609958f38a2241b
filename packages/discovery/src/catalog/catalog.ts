import { canonicalName } from "@ollama-bridge/core-client";
import type { Tier } from "./tiers.ts";

/** What is known of a model besides what a server says of it. What the server says wins. */
export interface CatalogEntry {
  name: string;
  /** On disk, in decimal GB; absent for models in the cloud. */
  size_gb?: number | undefined;
  capabilities?: readonly string[] | undefined;
  tier?: Tier | undefined;
  best_for?: string | undefined;
  /** Categories of tasks. */
  preferred_tasks?: readonly string[] | undefined;
  benchmark?: string | undefined;
}

/** A catalog: entries by canonical name. */
export type Catalog = ReadonlyMap<string, CatalogEntry>;

/** The entries that every catalog has. */
export const builtInCatalog: readonly CatalogEntry[] = [
  {
    name: "deepseek-v3.2:cloud",
    best_for: "General reasoning, agents",
    preferred_tasks: ["reasoning", "general"],
    benchmark: "GPT-5-level, 160K context",
  },
  {
    name: "devstral-2:123b-cloud",
    best_for: "Coding agent",
    preferred_tasks: ["code"],
    benchmark: "SWE-bench 72.2%",
  },
  {
    name: "cogito-2.1:671b-cloud",
    best_for: "Frontier reasoning",
    preferred_tasks: ["math", "reasoning", "factual"],
    benchmark: "Competes with closed models",
  },
  {
    name: "mistral-large-3:675b-cloud",
    capabilities: ["vision"],
    best_for: "Multimodal enterprise, 11 languages",
    preferred_tasks: ["general", "vision"],
    benchmark: "256K context",
  },
  {
    name: "nemotron-3-nano:30b-cloud",
    best_for: "Agentic tasks",
    preferred_tasks: ["agentic"],
    benchmark: "1M context, 3.3x throughput",
  },
  {
    name: "qwen3-coder-next:cloud",
    best_for: "Efficient coding",
    preferred_tasks: ["code"],
    benchmark: "Sonnet 4.5-level, 256K context",
  },
  {
    name: "gemini-3-flash-preview:cloud",
    capabilities: ["vision"],
    best_for: "Fast frontier",
    preferred_tasks: ["fast"],
    benchmark: "Speed-first",
  },
  {
    name: "minimax-m2.5:cloud",
    capabilities: ["tools"],
    best_for: "Code and function calling",
    preferred_tasks: ["code"],
    benchmark: "SWE-bench 80.2%",
  },
  {
    name: "kimi-k2-thinking:cloud",
    capabilities: ["thinking"],
    best_for: "Deep math",
    preferred_tasks: ["math"],
    benchmark: "AIME 99.1%",
  },
  {
    name: "kimi-k2.5:cloud",
    best_for: "All-rounder, agent swarms",
    preferred_tasks: ["general"],
    benchmark: "MMLU 92.0, SWE-bench 76.8%",
  },
  {
    name: "glm-5:cloud",
    best_for: "Low hallucination",
    preferred_tasks: ["factual"],
    benchmark: "SWE-bench 77.8%, lowest hallucination",
  },
  {
    name: "qwen3.5:397b-cloud",
    best_for: "Agentic browsing",
    preferred_tasks: ["agentic"],
    benchmark: "BrowseComp 78.6%, 1M context",
  },
  {
    name: "qwen3-coder:480b-cloud",
    best_for: "Navigating large codebases",
    preferred_tasks: ["code"],
    benchmark: "256K to 1M context",
  },
  {
    name: "qwen3-vl:235b-cloud",
    capabilities: ["vision"],
    best_for: "Vision: images, diagrams",
    preferred_tasks: ["vision"],
    benchmark: "MMMU 85.0",
  },
  { name: "gpt-oss:120b-cloud", best_for: "Fast second opinions", benchmark: "MMLU 90%, AIME 97.9%" },
  {
    name: "deepseek-r1:8b",
    size_gb: 5.2,
    capabilities: ["thinking"],
    best_for: "Reasoning, chain-of-thought",
    preferred_tasks: ["reasoning"],
    benchmark: "Approaches O3",
  },
  {
    name: "deepcoder:1.5b",
    size_gb: 1.1,
    best_for: "Code reasoning, ultra-fast",
    preferred_tasks: ["code", "fast"],
    benchmark: "O3-mini level",
  },
  {
    name: "gemma3:4b",
    size_gb: 3.3,
    capabilities: ["vision"],
    best_for: "Text and images, 140 languages",
    preferred_tasks: ["vision"],
    benchmark: "128K context",
  },
  { name: "qwen3:8b", size_gb: 5.2, best_for: "Quick general tasks", preferred_tasks: ["general"] },
  {
    name: "glm-ocr:latest",
    size_gb: 2.2,
    capabilities: ["vision"],
    best_for: "OCR, documents, tables, formulas",
    preferred_tasks: ["ocr"],
  },
  { name: "qwen2.5-coder:7b", size_gb: 4.7, best_for: "Quick code questions", preferred_tasks: ["code"] },
  { name: "mistral:7b", size_gb: 4.4, best_for: "Fast general tasks", preferred_tasks: ["general"] },
  { name: "llama3:8b", size_gb: 4.7, best_for: "Fast general tasks", preferred_tasks: ["general"] },
  { name: "deepseek-coder:6.7b", size_gb: 3.8, best_for: "Quick code tasks", preferred_tasks: ["code"] },
  {
    name: "nomic-embed-text",
    size_gb: 0.274,
    capabilities: ["embedding"],
    best_for: "Text embeddings for retrieval and search",
  },
  { name: "qwen2:1.5b", size_gb: 0.934, best_for: "Ultra-fast simple tasks", preferred_tasks: ["fast"] },
  {
    name: "llava:latest",
    size_gb: 4.7,
    capabilities: ["vision"],
    best_for: "Local vision tasks",
    preferred_tasks: ["vision"],
  },
  {
    name: "phi4",
    tier: "fast",
    best_for: "Quick responses, simple queries",
    preferred_tasks: ["fast", "factual"],
  },
  { name: "phi4-mini", tier: "fast", best_for: "Quick responses, simple queries", preferred_tasks: ["fast"] },
  {
    name: "llama3.1:8b",
    tier: "balanced",
    best_for: "General conversation, analysis",
    preferred_tasks: ["general"],
  },
  {
    name: "mistral",
    tier: "balanced",
    best_for: "General conversation, analysis",
    preferred_tasks: ["general"],
  },
  {
    name: "gpt-oss:20b",
    tier: "powerful",
    best_for: "Complex reasoning, code generation",
    preferred_tasks: ["reasoning", "code"],
  },
  {
    name: "codellama:33b",
    tier: "powerful",
    best_for: "Complex reasoning, code generation",
    preferred_tasks: ["code"],
  },
];

/**
 * Makes a catalog of the built-in entries and `more`; an entry of a known name replaces the built-in one.
 *
 * @example
 * import { createCatalog } from "@ollama-bridge/discovery";
 *
 * createCatalog([{ name: "my-model", tier: "fast" }]).get("my-model:latest")?.tier; // "fast"
 */
export function createCatalog(more: readonly CatalogEntry[] = []): Catalog {
  return new Map([...builtInCatalog, ...more].map((entry) => [canonicalName(entry.name), entry]));
}
