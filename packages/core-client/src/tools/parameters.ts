import {
  MAX_LINE_LENGTH,
  MAX_LIST_LENGTH,
  MAX_NAME_LENGTH,
  MAX_TEXT_LENGTH,
} from "@ollama-bridge/foundation";
import { alsoTakes } from "@ollama-bridge/server-kit";
import * as z from "zod";
import { coreErrors } from "../core-errors.ts";

/** 20 MiB as base64, with room for line breaks and the head of a data URL. */
const MAX_IMAGE_LENGTH = 30 * 1024 * 1024;

/** Texts by their kind: a name, a line (a path, an address), a document. */
export const name = z.string().min(1).max(MAX_NAME_LENGTH);
export const line = z.string().max(MAX_LINE_LENGTH);
export const text = z.string().max(MAX_TEXT_LENGTH);

/** Parameters that several tools take alike. */
export const model = name.describe("Model name, e.g. llama3.2 or qwen2.5-coder:7b");
export const prompt = text.describe("The prompt");
export const system = text.optional().describe("System prompt");
export const images = z
  .array(z.string().max(MAX_IMAGE_LENGTH))
  .max(MAX_LIST_LENGTH)
  .optional()
  .describe("Base64 images or file paths, 20 MiB each; a PDF's pages are drawn");
export const files = z
  .array(line)
  .max(MAX_LIST_LENGTH)
  .optional()
  .describe("Paths of text files and PDFs put before the prompt, 1 MiB of text together");
export const pages = alsoTakes(
  z.string().max(MAX_NAME_LENGTH).optional().describe("Pages of a PDF, e.g. 2-5; default: all"),
  (value) => (typeof value === "number" ? String(value) : value),
);
export const options = z
  .looseObject({})
  .optional()
  .describe("Ollama options: num_ctx, temperature, seed, stop …");
export const think = alsoTakes(
  z.enum(["off", "on", "low", "medium", "high"]).optional().describe("Thinking; default: the model's own"),
  // As Ollama's own API has it.
  (value) => (typeof value === "boolean" ? (value ? "on" : "off") : value),
);
export const privacy = z
  .enum(["any", "local_only"])
  .default("any")
  .describe("local_only: private machines only, never the cloud; default any");
const format = z.enum(["json"]).optional().describe("json: the answer is JSON");
const responseSchema = z.looseObject({}).optional().describe("JSON Schema the answer must follow");
const keepAlive = alsoTakes(
  z
    .string()
    .max(MAX_NAME_LENGTH)
    .optional()
    .describe("How long the model stays loaded, e.g. 10m; default: Ollama's"),
  (value) => (typeof value === "number" ? String(value) : value),
);
export const instance = z
  .string()
  .max(MAX_NAME_LENGTH)
  .optional()
  .describe("Name of the instance; default: the first");
/** Absent means the operator's default. */
export const timeoutMs = z
  .number()
  .int()
  .min(1)
  .max(86_400_000)
  .optional()
  .describe("Deadline in ms, default 120000");

/** How a model is to generate, the same for a prompt and for a conversation. */
export const generation = {
  format,
  response_schema: responseSchema,
  think,
  options,
  keep_alive: keepAlive,
  privacy,
  timeoutMs,
};

/** `think` as Ollama takes it. */
export function thinkOption(value: z.output<typeof think>): boolean | "low" | "medium" | "high" | undefined {
  return value === "on" || value === "off" ? value === "on" : value;
}

/** `keep_alive` as Ollama takes it: seconds, -1 for always, are a number there, and a duration is a text. */
export function keepAliveOption(value: string | undefined): string | number | undefined {
  const text = value?.trim();
  return text !== undefined && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

/** @throws BridgeError INVALID_PROMPT when there is nothing in it to answer. */
export function requirePrompt(text: string): string {
  if (text.trim() === "") throw coreErrors.create("INVALID_PROMPT", "The prompt is empty");
  return text;
}
