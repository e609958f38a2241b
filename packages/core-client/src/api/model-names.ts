import { asData, type BridgeError, editDistance } from "@ollama-bridge/foundation";
import { coreErrors } from "../core-errors.ts";

/** What Ollama itself puts before a name that begins with neither a registry nor a namespace. */
const DEFAULT_PREFIX =
  /^(?:registry\.ollama\.ai\/)?library\/(?=[^/]+$)|^registry\.ollama\.ai\/(?=[^/]+\/[^/]+$)/i;

/** Completes a model's name as Ollama does: `llama3.2` is `llama3.2:latest` and `registry.ollama.ai/library/llama3.2:latest`. */
export function canonicalName(name: string): string {
  const short = name.replace(DEFAULT_PREFIX, "");
  return short.slice(short.lastIndexOf("/") + 1).includes(":") ? short : `${short}:latest`;
}

/** Whether two names are of one model: Ollama does not tell upper case from lower. */
export function isSameModel(one: string, other: string): boolean {
  return canonicalName(one).toLowerCase() === canonicalName(other).toLowerCase();
}

/** Tells whether a name leaves the choice to a router: `auto`, or `auto:` and a category. */
export function isRouted(model: string): boolean {
  return model === "auto" || model.startsWith("auto:");
}

const SUGGESTIONS = 3;
const MAX_NAMES_IN_HINT = 30;
/** Of each name as many characters are compared: the time grows with the product of their lengths. */
const MAX_COMPARED_CHARACTERS = 64;
const MAX_COMPARED_NAMES = 500;

/** Makes a MODEL_NOT_FOUND with the nearest installed names; `details` has model, available and suggestions. */
export function modelNotFound(model: string, available: string[], where: string): BridgeError {
  const suggestions = nearest(model, available);
  if (isRouted(model))
    return coreErrors.create("MODEL_NOT_FOUND", `Nothing here chooses a model: ${model} is no name of one`, {
      details: { model, available, suggestions: available.slice(0, SUGGESTIONS) },
      hint: `Name a model${available.length > 0 ? `: ${available.slice(0, MAX_NAMES_IN_HINT).map(asData).join(", ")}` : ""}.`,
    });
  const near = suggestions.length > 0 ? `Nearest installed: ${suggestions.map(asData).join(", ")}. ` : "";
  return coreErrors.create("MODEL_NOT_FOUND", `${model} is not installed on ${where}`, {
    details: { model, available, suggestions },
    hint: `${near}Use one of them, or pull it: ollama pull ${model}`,
  });
}

function nearest(model: string, available: readonly string[]): string[] {
  const wanted = model.slice(0, MAX_COMPARED_CHARACTERS);
  const candidates = available.length <= MAX_COMPARED_NAMES ? available : alike(wanted, available);
  const distances = candidates.map((name) => {
    const compared = name.slice(0, MAX_COMPARED_CHARACTERS);
    return {
      name,
      distance: editDistance(family(compared), family(wanted)) + editDistance(compared, wanted) / 100,
    };
  });
  distances.sort((a, b) => a.distance - b.distance);
  return distances.slice(0, SUGGESTIONS).map(({ name }) => name);
}

/** Picks the names with the longest common prefix, because comparing all of them would take too long. */
function alike(wanted: string, available: readonly string[]): string[] {
  const measured = available.map((name) => ({ name, shared: sharedPrefix(wanted, name) }));
  measured.sort((a, b) => b.shared - a.shared);
  return measured.slice(0, MAX_COMPARED_NAMES).map(({ name }) => name);
}

function sharedPrefix(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}

const family = (name: string) => name.split(":")[0]?.toLowerCase() ?? "";

/** Whether a model is one of Ollama's cloud by its name. A copy of one can have any name: its server tells. */
export const isCloudName = (name: string) => /(:|-)cloud(:latest)?$/i.test(name);

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
