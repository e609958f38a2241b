import type { Tier } from "@ollama-bridge/discovery";

/** A prompt that asks for thought, in the languages the classifier knows. */
const demanding =
  /\b(analy[sz]e|architect\w*|comprehensive\w*|in[- ]depth|in detail|thorough\w*|design a|prove|evaluate|critique|compare and contrast|trade-?offs?|insights?|strategy|research|analysier\w*|ausführlich\w*|umfassend\w*|entwirf|beweise|bewerte|analiza\w*|exhaustiv\w*|diseña|demuestra|evalúa|analyse[rz]?|approfondi\w*|conçois|démontre|évalue)\b/i;

const MANY_TOKENS = 2_500;
const FEW_TOKENS = 40;

const simpleCategories = ["fast", "factual", "general"];
const hardCategories = ["math", "reasoning", "agentic"];

/** The tier a prompt wants when nobody asked for one: by its length, its category and how much thought it asks for. */
export function tierByComplexity(category: string, promptTokens: number, prompt: string): Tier {
  if (category === "fast") return "fast";
  const thoughtful = demanding.test(prompt.slice(0, 2_000));
  if (promptTokens > MANY_TOKENS || (thoughtful && hardCategories.includes(category))) return "powerful";
  if (promptTokens <= FEW_TOKENS && simpleCategories.includes(category) && !thoughtful) return "fast";
  return thoughtful && promptTokens > MANY_TOKENS / 5 ? "powerful" : "balanced";
}
