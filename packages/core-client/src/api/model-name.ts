/**
 * Whether Ollama could have a model of this name: `host/namespace/model:tag`, of which only the model is required. Each
 * part begins with a letter, a digit or `_`.
 */
export function isModelName(value: unknown): value is string {
  return typeof value === "string" && value.length <= MAX_CHARACTERS && NAME.test(value);
}

const MAX_CHARACTERS = 350 + 3 * (80 + 1);
const HOST = "[A-Za-z0-9_][A-Za-z0-9_.:-]{0,349}";
const NAMESPACE = "[A-Za-z0-9_][A-Za-z0-9_-]{0,79}";
const MODEL_OR_TAG = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}";
const NAME = new RegExp(`^(?:(?:${HOST}/)?${NAMESPACE}/)?${MODEL_OR_TAG}(?::${MODEL_OR_TAG})?$`);
