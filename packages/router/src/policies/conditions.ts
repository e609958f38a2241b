import { linearPattern } from "@ollama-bridge/server-kit";
import type { Condition } from "./policy-schema.ts";

/** What a rule is asked about. */
export interface Occasion {
  category: string;
  prompt: string;
  promptTokens: number;
  caller: string | undefined;
}

/** Whether all that the condition names holds; an empty one always does. */
export function holds(condition: Condition, { category, prompt, promptTokens, caller }: Occasion): boolean {
  const { prompt_matches: pattern, tokens_over: tokens } = condition;
  if (condition.category !== undefined && condition.category !== category) return false;
  if (condition.caller !== undefined && condition.caller !== caller) return false;
  if (tokens !== undefined && promptTokens <= tokens) return false;
  return pattern === undefined || linearPattern(pattern).test(prompt);
}
