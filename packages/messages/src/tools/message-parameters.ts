import { parameters } from "@ollama-bridge/core-client/tools";
import { invalidArgument } from "@ollama-bridge/foundation";
import * as z from "zod";
import type { ResponsesSettings } from "../config.ts";

const id = parameters.line.optional();

/** What both tools that answer in the shape of a message take. */
export const messageInput = z.strictObject({
  input_text: parameters.text.describe("The prompt"),
  model: parameters.name.optional().describe("Model name; default: chosen for the prompt"),
  system: parameters.system,
  options: parameters.options,
  context: z
    .strictObject({
      user_id: id.describe("Who asks; default: unknown"),
      request_id: id.describe("Given back in metadata; default: this call's"),
      conversation_id: id.describe("Given back in metadata"),
      parent_message_id: id.describe("Given back in metadata"),
      streaming: z.boolean().optional().describe("Send events while the answer is written, default false"),
      expected_detail: z
        .enum(["brief", "normal", "detailed"])
        .optional()
        .describe("How long an answer is expected, default normal"),
      max_tokens: z.number().int().min(1).optional().describe("Longest answer in tokens, default 4096"),
    })
    .optional()
    .describe("Who asks, and what is expected"),
  privacy: parameters.privacy,
  timeoutMs: parameters.timeoutMs,
});

export type MessageArguments = z.output<typeof messageInput>;

const MAX_ID_LENGTH = 256;

/** @throws BridgeError VALIDATION_ERROR for an id that is empty or too long. */
export function requireIds(context: MessageArguments["context"], settings: ResponsesSettings): void {
  if (!settings.validation.validate_ids) return;
  for (const name of ["user_id", "request_id", "conversation_id", "parent_message_id"] as const) {
    const value = context?.[name];
    if (value === undefined || (value !== "" && value.length <= MAX_ID_LENGTH)) continue;
    const issue = value === "" ? "is empty" : `is longer than ${MAX_ID_LENGTH} characters`;
    throw invalidArgument(`context.${name}`, issue);
  }
}
