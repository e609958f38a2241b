import { type ErrorSummary, randomId } from "@ollama-bridge/foundation";
import * as z from "zod";

/** What every tool answers, as `structuredContent`. */
export interface Envelope {
  status: "success" | "error";
  data?: object;
  error?: ErrorSummary;
  metadata: { tool: string; timestamp: string; requestId: string; [key: string]: unknown };
}

/** The schema of an error inside a list of results. */
export const listedErrorData = () =>
  z.strictObject({
    code: z.string().describe("Code of the error"),
    message: z.string().describe("What happened"),
    hint: z.string().describe("What to do next"),
    details: z.looseObject({}).exactOptional().describe("Facts for a program, by code"),
  });

/** `metadata` of one call; `timestamp` is ISO 8601 in UTC, `extra` what the tool adds. */
export function envelopeMetadata(tool: string, requestId: string, extra: object = {}): Envelope["metadata"] {
  return { tool, timestamp: new Date().toISOString(), requestId, ...extra };
}

/** Names one call. It is the key to the whole of a long answer too, so it cannot be guessed. */
export function newRequestId(): string {
  return randomId("req_", 32);
}

/**
 * The output schema of every tool. It is loose and the same for all: clients of the older SDK check errors
 * against it too, and one schema a tool would double the size of the list for nobody's use.
 */
export const envelopeJsonSchema = {
  type: "object",
  properties: {
    status: { type: "string", enum: ["success", "error"] },
    data: { type: "object" },
    error: { type: "object" },
    metadata: { type: "object" },
  },
  required: ["status", "metadata"],
};
