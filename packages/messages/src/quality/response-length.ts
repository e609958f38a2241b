import { estimateTokens } from "@ollama-bridge/foundation";
import { closings } from "./formatting.ts";
import { insertInto } from "./insertions.ts";
import { eachBlock, readMarkdown } from "./markdown.ts";
import { type Finding, type QualityRequest, sound } from "./quality.ts";

/** Whether the answer is longer than was asked for. */
export function checkResponseLength({ text, outputTokens, maxTokens }: QualityRequest): Finding {
  const tokens = outputTokens ?? estimateTokens(text);
  if (tokens <= maxTokens) return sound;
  const count = outputTokens === undefined ? `About ${tokens}` : tokens;
  return { passed: false, detail: `${count} tokens, ${maxTokens} were asked for` };
}

/** The answer up to the last block that is within max_tokens; of a first block that is longer, its first lines. */
export function truncate(text: string, { text: whole, outputTokens, maxTokens }: QualityRequest): string {
  const limit = Math.floor((maxTokens * whole.length) / (outputTokens ?? estimateTokens(whole)));
  let end = 0;
  eachBlock(readMarkdown(text), ({ to }) => {
    if (to <= limit) end = to;
  });
  if (end > 0) return text.slice(0, end).trimEnd();
  // No half of a character that has two.
  const start = text.slice(0, limit).replace(/[\ud800-\udbff]$/, "");
  const cut = [start.lastIndexOf("\n"), start.lastIndexOf(" "), start.length].find((at) => at > 0) ?? 0;
  const first = start.slice(0, cut);
  return insertInto(first, closings(first, readMarkdown(first).fences));
}
