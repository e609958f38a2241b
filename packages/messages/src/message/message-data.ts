import * as z from "zod";
import { stopReasons } from "./message.ts";

const contentBlockData = () =>
  z.discriminatedUnion("type", [
    // Nobody signs the thinking of an Ollama model; the field is there because the shape has it.
    z.strictObject({
      type: z.literal("thinking"),
      thinking: z.string().describe("The model's thinking"),
      signature: z.string().describe("Always empty"),
    }),
    z.strictObject({ type: z.literal("text"), text: z.string().describe("The model's answer") }),
    z.strictObject({
      type: z.literal("tool_use"),
      id: z.string().describe("Names the call"),
      name: z.string().describe("Name of the tool"),
      input: z.record(z.string(), z.unknown()).describe("Arguments of the call"),
    }),
  ]);

const messageUsageData = () =>
  z.strictObject({
    input_tokens: z.int().describe("Tokens of the prompt"),
    output_tokens: z.int().describe("Tokens of the answer"),
    total_tokens: z.int().describe("Their sum"),
  });

/** The schema of a `Message`. */
export const messageData = () =>
  z.strictObject({
    id: z.string().describe("`msg_` and 24 hexadecimal digits"),
    type: z.literal("message").describe("Always message"),
    role: z.literal("assistant").describe("Always assistant"),
    content: z.array(contentBlockData()).describe("Blocks of text, thinking and calls of tools"),
    model: z.string().describe("The model that ran"),
    stop_reason: z.enum(stopReasons).nullable().describe("Why the answer ends"),
    stop_sequence: z.string().nullable().describe("The stop string that ended it"),
    usage: messageUsageData(),
  });
