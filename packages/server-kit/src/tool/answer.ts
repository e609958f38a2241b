import type { BridgeError } from "@ollama-bridge/foundation";
import { visible } from "@ollama-bridge/foundation";
import { type Envelope, envelopeMetadata, errorBody } from "./envelope.ts";

const DETAILS = "ollama-bridge/details";

/** What a tool call came to, before it takes the protocol's shape. */
export interface Answer {
  envelope: Envelope;
  /** The same for a reader. */
  text: string;
  /** The text is the data as JSON, and stays that when the data changes. */
  textIsData?: boolean;
  details?: object;
  /** What is to be told beside the answer; it is in the envelope too. */
  warnings?: readonly string[];
}

export function successAnswer(
  call: { tool: string; requestId: string },
  output: { data: object; text: string; textIsData?: boolean; details?: object; metadata?: object },
): Answer {
  const metadata = envelopeMetadata(call.tool, call.requestId, output.metadata);
  return {
    envelope: { status: "success", data: output.data, metadata },
    text: output.text,
    ...(output.textIsData ? { textIsData: true } : {}),
    ...(output.details === undefined ? {} : { details: output.details }),
  };
}

/** `CODE: what happened. What to do next.`, and below it what else the error has to tell. */
export function errorText(error: BridgeError): string {
  const sentence = /[.!?]$/.test(error.message) ? error.message : `${error.message}.`;
  return visible([`${error.code}: ${sentence} ${error.hint}`, error.more].filter(Boolean).join("\n"));
}

export function errorAnswer(call: { tool: string; requestId: string }, error: BridgeError): Answer {
  const metadata = envelopeMetadata(call.tool, call.requestId);
  const data = error.data === undefined ? {} : { data: error.data };
  return {
    envelope: { status: "error", ...data, error: errorBody(error), metadata },
    text: errorText(error),
  };
}

/** The answer as the protocol's result. */
export function toResult(answer: Answer, textOnly: boolean) {
  const { envelope, text, details, warnings = [] } = answer;
  // A model's words stay as they are; warnings are a text of their own.
  const texts = [text, ...warnings.map((warning) => `Warning: ${warning}`)];
  return {
    content: texts.map((each) => ({ type: "text" as const, text: each })),
    ...(textOnly ? {} : { structuredContent: { ...envelope } }),
    ...(envelope.status === "error" ? { isError: true } : {}),
    ...(details === undefined ? {} : { _meta: { [DETAILS]: details } }),
  };
}
