import { type EmbedRequest, inputTooLong } from "../protocol/index.ts";
import type { LlamaRunner } from "./llama-runner.ts";

/** The tokens that a model may put around a text. */
const addedTokens = 2;

/** One vector a text, as the model gives them. Texts longer than the context lose their end, as with Ollama. */
export async function embedTexts(
  runner: LlamaRunner,
  contextLength: number,
  { input, truncate = true }: EmbedRequest,
  signal: AbortSignal,
): Promise<{ embeddings: number[][]; prompt_eval_count: number }> {
  const model = await runner.model();
  const limit = Math.max(1, contextLength - addedTokens - 1);
  const texts = input.map((text) => model.tokenize(text));
  if (!truncate && texts.some((tokens) => tokens.length > limit)) throw inputTooLong();
  const embeddings: number[][] = [];
  let prompt_eval_count = 0;
  for (const text of texts) {
    signal.throwIfAborted();
    const tokens = text.slice(0, limit);
    const embedder = await runner.embedder(tokens.length + addedTokens);
    const { vector } = await embedder.getEmbeddingFor(tokens);
    embeddings.push([...vector]);
    prompt_eval_count += tokens.length;
  }
  return { embeddings, prompt_eval_count };
}
