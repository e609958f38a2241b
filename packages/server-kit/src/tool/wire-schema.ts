import * as z from "zod";
import { envelopeJsonSchema } from "./envelope.ts";
import type { ToolDefinition } from "./tool.ts";

type JsonSchema = Record<string, unknown>;

const inputSchemas = new WeakMap<z.ZodObject, JsonSchema>();

/** Returns the tool's parameters as flat JSON Schema; converted once, because the SDK asks again for every request. */
export function inputJsonSchema(tool: ToolDefinition<unknown>): JsonSchema {
  const known = inputSchemas.get(tool.input);
  if (known !== undefined) return known;
  const { $schema: _, ...schema } = z.toJSONSchema(tool.input, { io: "input" });
  // `additionalProperties: {}` of an open object says nothing that its absence does not.
  const lean = JSON.parse(JSON.stringify(schema), (key, value) =>
    key === "additionalProperties" && typeof value === "object" ? undefined : value,
  ) as JsonSchema;
  inputSchemas.set(tool.input, lean);
  return lean;
}

const imageTools = new WeakMap<z.ZodObject, boolean>();

/** Whether the tool has a parameter `images`, itself or in its messages. */
export function takesImages(tool: ToolDefinition<unknown>): boolean {
  const known = imageTools.get(tool.input) ?? JSON.stringify(inputJsonSchema(tool)).includes('"images":{');
  imageTools.set(tool.input, known);
  return known;
}

/**
 * A schema that shows `json` to the client and lets every value through: the arguments are checked in the error
 * boundary instead, so that bad ones end in the same envelope as every other failure.
 */
function passing(json: JsonSchema) {
  return {
    "~standard": {
      version: 1 as const,
      vendor: "ollama-bridge",
      validate: (value: unknown) => ({ value }),
      jsonSchema: { input: () => json, output: () => json },
    },
  };
}

const passingInputs = new WeakMap<z.ZodObject, ReturnType<typeof passing>>();

export function wireInputSchema(tool: ToolDefinition<unknown>) {
  const known = passingInputs.get(tool.input) ?? passing(inputJsonSchema(tool));
  passingInputs.set(tool.input, known);
  return known;
}

export const wireOutputSchema = passing(envelopeJsonSchema);
