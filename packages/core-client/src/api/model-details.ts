import { isRecord } from "@ollama-bridge/foundation";
import { readLabel, readLabels, readShortText, readTokens } from "./values.ts";

/** What Ollama tells of a model's make; every field may be missing. */
export interface ModelDetails {
  parent_model?: string | undefined;
  format?: string | undefined;
  family?: string | undefined;
  families?: string[] | undefined;
  parameter_size?: string | undefined;
  quantization_level?: string | undefined;
  context_length?: number | undefined;
  embedding_length?: number | undefined;
}

const MAX_PATH_CHARACTERS = 1_000;

export function readModelDetails(value: unknown): ModelDetails {
  if (!isRecord(value)) return {};
  return {
    parent_model: readShortText(value.parent_model, MAX_PATH_CHARACTERS),
    format: readLabel(value.format),
    family: readLabel(value.family),
    families: readLabels(value.families),
    parameter_size: readLabel(value.parameter_size),
    quantization_level: readLabel(value.quantization_level),
    context_length: readTokens(value.context_length),
    embedding_length: readTokens(value.embedding_length),
  };
}
