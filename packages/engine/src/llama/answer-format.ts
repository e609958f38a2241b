import { type Llama, LlamaGrammarEvaluationState, type LlamaModel } from "node-llama-cpp";
import { type Format, OllamaHttpError } from "../protocol/index.ts";

type Schema = Parameters<Llama["createGrammarForJsonSchema"]>[0];

/** The grammars of node-llama-cpp let the model say this after the JSON, for it to have an end. */
export const afterJson = "\n\n\n\n";

/** Holds the answer to `format`; undefined where there is none. */
export async function formatGrammar(
  llama: Llama,
  model: LlamaModel,
  format: Format | undefined,
): Promise<LlamaGrammarEvaluationState | undefined> {
  if (!format) return undefined;
  try {
    const grammar =
      typeof format === "string"
        ? await llama.getGrammarFor("json")
        : await llama.createGrammarForJsonSchema(format as Schema);
    return new LlamaGrammarEvaluationState({ model, grammar });
  } catch (error) {
    throw new OllamaHttpError(500, `invalid JSON schema in format: ${(error as Error).message}`);
  }
}

/** Whether the text is a whole JSON object or array, after which only white space could come. */
export function isWholeJson(text: string): boolean {
  if (!/[}\]]$/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
