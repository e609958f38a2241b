import type { LlamaModel, Token } from "node-llama-cpp";
import {
  type ChatRequest,
  type GenerateRequest,
  inputTooLong,
  type ModelOptions,
  OllamaHttpError,
} from "../protocol/index.ts";
import type { ModelFacts } from "./model-facts.ts";
import { chatPrompt, cutTokens, fittingPrompt, type Prompt } from "./prompt.ts";

/** llama.cpp needs one place of the context for the answer. */
const roomForAnswerTokens = 1;
const defaultKeepTokens = 4;

/** Where the prompt goes. */
export type Place = { model: LlamaModel; contextLength: number; options: ModelOptions };

/** The prompt of a generate request, cut to the context unless the request forbids it. */
export function generatePrompt(facts: ModelFacts, place: Place, request: GenerateRequest): Prompt {
  const { prompt = "", system, raw, template, context = [] } = request;
  if (template)
    throw new OllamaHttpError(400, "the embedded engine cannot use another template than the model's");
  if (context.some((token) => token < 0 || token >= facts.vocabularySize))
    throw new OllamaHttpError(400, "context holds a token that the model does not have");
  if (raw) return fit({ tokens: place.model.tokenize(prompt, true), stops: [] }, place, request.truncate);
  const turns = [...(system ? [{ role: "system", content: system }] : []), { role: "user", content: prompt }];
  const { tokens, stops } = chatPrompt(place.model, facts.chatTemplate, turns);
  return fit({ tokens: [...(context as Token[]), ...tokens], stops }, place, request.truncate);
}

/** The prompt of a chat request: its oldest turns go first when it is too long. */
export function conversationPrompt(facts: ModelFacts, place: Place, request: ChatRequest): Prompt {
  const build = (turns: NonNullable<ChatRequest["messages"]>) =>
    chatPrompt(place.model, facts.chatTemplate, turns);
  const limit = request.truncate === false ? Number.POSITIVE_INFINITY : limitOf(place);
  return fit(fittingPrompt(build, request.messages ?? [], limit), place, request.truncate);
}

const limitOf = ({ contextLength }: Place): number => contextLength - roomForAnswerTokens;

function fit(prompt: Prompt, place: Place, truncate = true): Prompt {
  const limit = limitOf(place);
  if (prompt.tokens.length > limit && !truncate) throw inputTooLong();
  const keep = place.options.num_keep ?? defaultKeepTokens;
  return { ...prompt, tokens: cutTokens(prompt.tokens, limit, keep) };
}
