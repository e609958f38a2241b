/** Every way a call can fail, with whether trying again may help and what to do next. */
const codes = {
  OLLAMA_CONNECTION_FAILED: [
    true,
    "Check that Ollama is running (`ollama serve`) and that the address is right.",
  ],
  MODEL_NOT_FOUND: [false, "Pull the model or choose an installed one."],
  INVALID_PROMPT: [false, "Give a prompt that is not empty."],
  TIMEOUT_EXCEEDED: [true, "Raise timeoutMs, shorten the prompt or choose a smaller model."],
  MEMORY_BACKEND_ERROR: [true, "Check the memory backend's configuration."],
  CHAIN_EXECUTION_FAILED: [false, "Look at the failed step, mend it and run the chain again."],
  VALIDATION_ERROR: [false, "Correct the argument and call again."],
  OLLAMA_PROCESSING_ERROR: [true, "Look at Ollama's own log for the cause."],
  OLLAMA_BUSY: [true, "Try again in a moment, or use another instance."],
  UNAUTHORIZED: [
    false,
    "Set the key of this instance (OLLAMA_KEY or OLLAMA_API_KEY), or sign in with `ollama signin`.",
  ],
  CONTEXT_EXCEEDED: [false, "Shorten the prompt or choose a model with a longer context."],
  CAPABILITY_UNSUPPORTED: [false, "Choose a model that has the capability."],
  NO_ROUTE: [false, "Pull a model that fits, or relax the requirements."],
  MEMORY_NOT_FOUND: [false, "Look for the key with search_memories."],
  CANCELLED: [false, "The caller cancelled; nothing is left to do."],
  CONFIG_INVALID: [false, "Correct the setting and start again."],
  INTERNAL_ERROR: [false, "This is a defect of the server: report it with the request id."],
} as const satisfies Record<string, readonly [retryable: boolean, hint: string]>;

export type ErrorCode = keyof typeof codes;
export const errorCodes = Object.keys(codes) as ErrorCode[];

/** What an error may carry beside its code and message. */
export interface BridgeErrorOptions {
  /** Facts for a program; the keys of each code are in the tools' documentation. */
  details?: Record<string, unknown>;
  /** What to do next, where it is more precise than the code's own advice. */
  hint?: string;
  /** More lines for a reader: attempts, near names, what had arrived. */
  more?: string;
  /** What was finished before the failure; becomes `data` beside `error`. */
  data?: object;
  cause?: unknown;
}

// A bundled copy of this module makes another class, so `instanceof` cannot recognize the error. The brand can.
const brand = Symbol.for("ollama-bridge.error");

/** The one error of every package here: `code` says what, `message` what happened, `hint` what to do next. */
export class BridgeError extends Error {
  readonly [brand] = true;
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly hint: string;
  readonly details: Record<string, unknown> | undefined;
  readonly more: string | undefined;
  readonly data: object | undefined;

  constructor(code: ErrorCode, message: string, options: BridgeErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "BridgeError";
    this.code = code;
    this.retryable = codes[code][0];
    this.hint = options.hint ?? codes[code][1];
    this.details = options.details;
    this.more = options.more;
    this.data = options.data;
  }
}

/** Whether `value` is a BridgeError of this or of another copy of the package. */
export function isBridgeError(value: unknown): value is BridgeError {
  return typeof value === "object" && value !== null && brand in value;
}

/** The value itself when it is a BridgeError, else an INTERNAL_ERROR that keeps it as its cause. */
export function toBridgeError(value: unknown): BridgeError {
  if (isBridgeError(value)) return value;
  const message = value instanceof Error ? value.message : String(value);
  return new BridgeError("INTERNAL_ERROR", message, { cause: value });
}

/** Code and message: how an error stands inside a list. */
export function errorSummary(error: BridgeError): { code: ErrorCode; message: string } {
  return { code: error.code, message: error.message };
}
