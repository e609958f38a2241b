import {
  type ChatHistoryItem,
  type LlamaModel,
  LlamaText,
  resolveChatWrapper,
  SpecialTokensText,
  type Token,
} from "node-llama-cpp";
import type { ChatMessage } from "../protocol/index.ts";

/** What the model is given, and the texts that end its answer. */
export type Prompt = { tokens: Token[]; stops: string[] };

type Turn = Pick<ChatMessage, "role" | "content">;

const chatMlEnd = "<|im_end|>";

export const isChatMl = (chatTemplate: string): boolean => chatTemplate.includes("<|im_start|>");

/** The conversation in the model's own format. Marks of that format inside a message stay plain text. */
export function chatPrompt(model: LlamaModel, chatTemplate: string, turns: Turn[]): Prompt {
  return isChatMl(chatTemplate) ? chatMlPrompt(model, turns) : templatePrompt(model, turns);
}

function chatMlPrompt(model: LlamaModel, turns: Turn[]): Prompt {
  const start = new SpecialTokensText("<|im_start|>");
  const end = new SpecialTokensText(chatMlEnd);
  const said = turns.flatMap(({ role, content }) => [start, `${role}\n${content}`, end, "\n"]);
  const text = LlamaText([...said, start, "assistant\n"]);
  return { tokens: text.tokenize(model.tokenizer), stops: [chatMlEnd] };
}

function templatePrompt(model: LlamaModel, turns: Turn[]): Prompt {
  const chatHistory = turns.map(({ role, content }): ChatHistoryItem => {
    if (role === "system") return { type: "system", text: content };
    return role === "assistant" ? { type: "model", response: [content] } : { type: "user", text: content };
  });
  const wrapper = resolveChatWrapper(model);
  const { contextText, stopGenerationTriggers } = wrapper.generateContextState({
    chatHistory: [...chatHistory, { type: "model", response: [] }],
  });
  return {
    tokens: contextText.tokenize(model.tokenizer),
    stops: stopGenerationTriggers.map(String).filter(Boolean),
  };
}

/** Drops the oldest turns, but no system turn and not the last, until the prompt fits. */
export function fittingPrompt<T extends Turn>(
  build: (turns: T[]) => Prompt,
  turns: T[],
  limit: number,
): Prompt {
  const prompt = build(turns);
  const oldest = turns.findIndex(({ role }, index) => role !== "system" && index < turns.length - 1);
  if (prompt.tokens.length <= limit || oldest < 0) return prompt;
  return fittingPrompt(build, turns.toSpliced(oldest, 1), limit);
}

/** Drops tokens after the first `keep` ones, so that the end of the prompt stays. */
export function cutTokens(tokens: Token[], limit: number, keep: number): Token[] {
  const surplus = tokens.length - limit;
  if (surplus <= 0) return tokens;
  const kept = Math.max(0, Math.min(keep, limit - 1));
  return [...tokens.slice(0, kept), ...tokens.slice(kept + surplus)];
}
