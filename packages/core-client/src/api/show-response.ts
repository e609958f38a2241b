import { isRecord } from "@ollama-bridge/foundation";
import { type ModelDetails, readModelDetails } from "./model-details.ts";
import { type JsonObject, readDate, readLabels, readShortText, readText } from "./values.ts";

/** One value of a model's metadata. */
export type MetadataValue = string | number | boolean | null | (string | number | boolean | null)[];

/** What `/api/show` tells of one model; every field may be missing. */
export interface ShowResponse {
  license?: string | undefined;
  modelfile?: string | undefined;
  parameters?: string | undefined;
  template?: string | undefined;
  system?: string | undefined;
  modified_at?: string | undefined;
  details: ModelDetails;
  /** The metadata of the model's file, such as `llama.context_length`. */
  model_info: Record<string, MetadataValue>;
  capabilities?: string[] | undefined;
  /** Present on pointers to a cloud model. */
  remote_model?: string | undefined;
  remote_host?: string | undefined;
}

const MAX_KEYS = 1_000;
const MAX_KEY_CHARACTERS = 200;
/** Of the address and the name of a model elsewhere. */
export const MAX_REMOTE_CHARACTERS = 600;
const MAX_ITEMS = 1_000;

/** Reads the answer of `/api/show`. */
export function readShowResponse(answer: JsonObject): ShowResponse {
  return {
    license: readText(answer.license),
    modelfile: readText(answer.modelfile),
    parameters: readText(answer.parameters),
    template: readText(answer.template),
    system: readText(answer.system),
    modified_at: readDate(answer.modified_at),
    details: readModelDetails(answer.details),
    model_info: readMetadata(answer.model_info),
    capabilities: readLabels(answer.capabilities),
    remote_model: readShortText(answer.remote_model, MAX_REMOTE_CHARACTERS),
    remote_host: readShortText(answer.remote_host, MAX_REMOTE_CHARACTERS),
  };
}

function readMetadata(value: unknown): Record<string, MetadataValue> {
  if (!isRecord(value)) return {};
  const known = Object.entries(value)
    .slice(0, MAX_KEYS)
    .filter((entry): entry is [string, MetadataValue] => {
      const [key, item] = entry;
      return key.length <= MAX_KEY_CHARACTERS && (isScalar(item) || isShortList(item));
    });
  return Object.fromEntries(known);
}

function isScalar(value: unknown): value is string | number | boolean | null {
  if (typeof value === "number") return Number.isFinite(value);
  return value === null || typeof value === "string" || typeof value === "boolean";
}

function isShortList(value: unknown): value is (string | number | boolean | null)[] {
  return Array.isArray(value) && value.length <= MAX_ITEMS && value.every(isScalar);
}
