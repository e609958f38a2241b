import { amendError, type ByteBudget, isBridgeError } from "@ollama-bridge/foundation";
import type { GenerationChunk, GenerationStats } from "../api/generation-chunk.ts";
import {
  AnswerAccumulator,
  type AnswerOptions,
  type GatheredResult,
  type Piece,
} from "./answer-accumulator.ts";
import { answerBudget } from "./answer-budget.ts";

/** A whole answer, with the counts and durations of its last line. */
export interface GatheredAnswer extends GatheredResult {
  stats: GenerationStats;
}

/**
 * Follows a generation to its end. `onChunk` gets each chunk with the text and thinking that are certain by it.
 * @throws BridgeError with any partial output in `details.partial`.
 */
export async function gatherAnswer<Chunk extends GenerationChunk>(
  chunks: AsyncIterable<Chunk>,
  {
    budget,
    onChunk,
    ...options
  }: Partial<Omit<AnswerOptions, "budget">> & {
    /** @default one that is released when the answer ends */
    budget?: ByteBudget | undefined;
    onChunk?: (chunk: Chunk, piece: Piece, tokens: number) => void;
  } = {},
): Promise<GatheredAnswer> {
  const ownBudget = answerBudget();
  const answer = new AnswerAccumulator({ ...options, budget: budget ?? ownBudget });
  try {
    for await (const chunk of chunks) {
      const piece = answer.add(chunk);
      onChunk?.(chunk, piece, answer.tokens);
      if (chunk.done || answer.hasEnded) return { ...answer.result(chunk), stats: statsOf(chunk) };
    }
    throw new Error("the client ends a stream with a done line or an error");
  } catch (error) {
    throw withPartial(error, answer.partial);
  } finally {
    ownBudget.release();
  }
}

function statsOf({ response, thinking, message, done, ...stats }: GenerationChunk): GenerationStats {
  return stats;
}

/** Keeps the partial output of an answer that broke off, so that the caller can go on from it. */
function withPartial(error: unknown, partial: string): unknown {
  if (!isBridgeError(error) || (error.code !== "TIMEOUT_EXCEEDED" && partial === "")) return error;
  return amendError(error, {
    details: { partial },
    ...(partial === "" ? {} : { more: `Partial output:\n${partial}` }),
  });
}
