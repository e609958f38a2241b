import type { LlamaContextSequence, LlamaGrammarEvaluationState, LlamaModel, Token } from "node-llama-cpp";
import type { DoneReason, Metrics, ModelOptions } from "../protocol/index.ts";
import { afterJson, isWholeJson } from "./answer-format.ts";
import type { Prompt } from "./prompt.ts";
import { samplingOptions } from "./sampling.ts";
import { TextAssembler } from "./text-assembler.ts";

/** llama.cpp cannot be stopped inside a batch: small ones let an abort through every tenth of a second or so. */
const prefillBatchTokens = 32;
/** Ollama ends an answer that does not end itself after this many contexts. */
const longestAnswerContexts = 10;

export type GenerationTask = {
  model: LlamaModel;
  sequence: LlamaContextSequence;
  contextLength: number;
  prompt: Prompt;
  options: ModelOptions;
  grammar: LlamaGrammarEvaluationState | undefined;
  /** Whether a full context loses its oldest tokens; otherwise it ends the answer. */
  shift: boolean;
  signal: AbortSignal;
};

/** `tokens` are those of the answer, without the mark of its end. */
export type GenerationEnd = { doneReason: DoneReason; tokens: Token[]; metrics: Metrics };

/**
 * Yields the answer's text as it comes, each piece as `toPiece` makes it, and returns how it ended.
 * Throws the signal's reason when aborted.
 */
export async function* generateText<Piece>(
  task: GenerationTask,
  toPiece: (text: string) => Piece,
): AsyncGenerator<Piece, GenerationEnd> {
  const { model, sequence, contextLength, prompt, options, grammar, signal } = task;
  const assembler = new TextAssembler(model, [
    ...prompt.stops,
    ...(options.stop ?? []).filter(Boolean),
    ...(grammar ? [afterJson] : []),
  ]);
  const limit = answerLimit(options.num_predict, contextLength);
  const startedAt = performance.now();
  const rest = await prefill(task);
  const answer: Token[] = [];
  let evaluatedAt = performance.now();
  let text = "";
  let doneReason: DoneReason = "stop";
  const sampling = samplingOptions(options, () => [...prompt.tokens, ...answer], contextLength);
  const tokens = sequence.evaluate(rest, {
    ...sampling,
    ...(grammar && { grammarEvaluationState: grammar }),
  });
  for await (const token of tokens) {
    if (answer.length === 0) evaluatedAt = performance.now();
    signal.throwIfAborted();
    answer.push(token);
    if (model.isEogToken(token)) break;
    const piece = assembler.push(token);
    text += piece;
    if (piece) yield toPiece(piece);
    signal.throwIfAborted();
    if (assembler.stopped || (grammar && isWholeJson(text))) break;
    const full = !task.shift && sequence.nextTokenIndex >= contextLength - 1;
    if (answer.length >= limit || full) {
      doneReason = "length";
      break;
    }
  }
  const held = assembler.stopped ? "" : assembler.end();
  if (held) yield toPiece(held);
  const metrics = {
    prompt_eval_count: prompt.tokens.length,
    prompt_eval_duration: nanoseconds(evaluatedAt - startedAt),
    eval_count: answer.length,
    eval_duration: nanoseconds(performance.now() - evaluatedAt),
  };
  return { doneReason, tokens: answer.filter((token) => !model.isEogToken(token)), metrics };
}

/** Evaluates the prompt but for its last tokens, which it returns; what the context holds already is not done again. */
async function prefill({ sequence, prompt, signal }: GenerationTask): Promise<Token[]> {
  await sequence.adaptStateToTokens(prompt.tokens.slice(0, -1), false);
  const rest = prompt.tokens.slice(sequence.nextTokenIndex);
  while (rest.length > prefillBatchTokens) {
    signal.throwIfAborted();
    await sequence.evaluateWithoutGeneratingNewTokens(rest.splice(0, prefillBatchTokens));
  }
  signal.throwIfAborted();
  return rest;
}

function answerLimit(numPredict = -1, contextLength: number): number {
  const longest = longestAnswerContexts * contextLength;
  return numPredict <= 0 ? longest : Math.min(numPredict, longest);
}

export const nanoseconds = (ms: number): number => Math.round(ms * 1e6);
