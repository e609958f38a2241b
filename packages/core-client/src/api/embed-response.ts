import type { JsonLimits } from "@ollama-bridge/foundation";
import { type JsonObject, MAX_TOKENS, readCount } from "./values.ts";
import { WireFault } from "./wire-fault.ts";

/** What `/api/embed` answers: one vector per input, in order, all of one length. */
export interface EmbedResponse {
  embeddings: number[][];
  prompt_eval_count?: number | undefined;
}

/** A vector of 8,192 numbers as Ollama writes them. */
const BYTES_PER_INPUT = 128 * 1024;
const BYTES_PER_NUMBER = 32;
const MAX_BYTES = 32 * 1024 * 1024;
/** Lists and objects around the vectors. */
const MAX_OTHER_CONTAINERS = 16;

/** The most bytes that an answer with so many vectors may have. */
export function maxEmbeddingBytes(inputs: number, dimensions = 0): number {
  return Math.min(MAX_BYTES, (inputs + 1) * Math.max(BYTES_PER_INPUT, dimensions * BYTES_PER_NUMBER));
}

/** How much an answer with so many vectors may hold, whatever their length. */
export function embeddingLimits(inputs: number): JsonLimits {
  return { maxContainers: inputs + MAX_OTHER_CONTAINERS, maxValues: Number.POSITIVE_INFINITY };
}

/** Reads the answer of `/api/embed` to so many inputs. @throws WireFault */
export function readEmbedResponse(answer: JsonObject, inputs: number): EmbedResponse {
  const { embeddings } = answer;
  if (!Array.isArray(embeddings) || embeddings.length !== inputs || !embeddings.every(isVector))
    throw new WireFault("did not answer with one embedding per input");
  if (embeddings.some((vector) => vector.length !== embeddings[0]?.length))
    throw new WireFault("answered with embeddings of different lengths");
  return { embeddings, prompt_eval_count: readCount(answer.prompt_eval_count, MAX_TOKENS) };
}

function isVector(value: unknown): value is number[] {
  return Array.isArray(value) && value.length > 0 && value.every(Number.isFinite);
}
