import { linearPattern } from "@ollama-bridge/server-kit";
import type { Condition } from "./policy-schema.ts";

/** What a rule is asked about. */
export interface Occasion {
  category: string;
  prompt: string;
  /** Every text that would leave: prompt, system prompt, messages, history, schemas, tools. */
  texts: readonly string[];
  promptTokens: number;
  caller: string | undefined;
}

/**
 * Whether all that the condition names holds; an empty one always does. Its pattern is looked for in `texts`, by default in
 * the prompt alone.
 */
export function holds(
  condition: Condition,
  { category, prompt, promptTokens, caller }: Omit<Occasion, "texts">,
  texts: readonly string[] = [prompt],
): boolean {
  const { prompt_matches: pattern, tokens_over: tokens } = condition;
  if (condition.category !== undefined && condition.category !== category) return false;
  if (condition.caller !== undefined && condition.caller !== caller) return false;
  if (tokens !== undefined && promptTokens <= tokens) return false;
  if (pattern === undefined) return true;
  const matcher = linearPattern(pattern);
  return texts.some((text) => matcher.test(text));
}
