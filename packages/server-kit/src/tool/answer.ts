import { type BridgeError, errorLine, errorSummary, visible } from "@ollama-bridge/foundation";
import { type Envelope, envelopeMetadata } from "./envelope.ts";

const DETAILS = "ollama-bridge/details";

/** What a tool call came to, before it takes the protocol's shape. */
export interface Answer {
  envelope: Envelope;
  /** The same for a reader. */
  text: string;
  /** The text is the data as JSON, and stays that when the data changes. */
  textIsData?: boolean;
  /** What a reader must know beside the text, which stays as it is; all of it is in the envelope too. */
  notes?: readonly string[];
  details?: object;
}

export function successAnswer(
  call: { tool: string; requestId: string },
  output: {
    data: object;
    text: string;
    textIsData?: boolean;
    notes?: readonly string[];
    details?: object;
    metadata?: object;
  },
): Answer {
  const metadata = envelopeMetadata(call.tool, call.requestId, output.metadata);
  return {
    envelope: { status: "success", data: output.data, metadata },
    text: output.text,
    ...(output.textIsData ? { textIsData: true } : {}),
    notes: output.notes ?? [],
    ...(output.details === undefined ? {} : { details: output.details }),
  };
}

/** `CODE: what happened. What to do next.`, and below it what else the error has to tell. */
export function errorText(error: BridgeError): string {
  return visible([errorLine(error), error.more].filter(Boolean).join("\n"));
}

export function errorAnswer(call: { tool: string; requestId: string }, error: BridgeError): Answer {
  const metadata = envelopeMetadata(call.tool, call.requestId);
  const data = error.data === undefined ? {} : { data: error.data };
  return {
    envelope: { status: "error", ...data, error: errorSummary(error), metadata },
    text: errorText(error),
  };
}

/** The answer as the protocol's result. */
export function toResult(answer: Answer, textOnly: boolean) {
  const { envelope, text, details, notes = [] } = answer;
  return {
    content: [text, ...notes].map((each) => ({ type: "text" as const, text: each })),
    ...(textOnly ? {} : { structuredContent: { ...envelope } }),
    ...(envelope.status === "error" ? { isError: true } : {}),
    ...(details === undefined ? {} : { _meta: { [DETAILS]: details } }),
  };
}
