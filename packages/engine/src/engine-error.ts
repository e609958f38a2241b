const brand = Symbol.for("ollama-bridge.engine-error");

/** What an `EngineError` is about. */
export type EngineErrorCode =
  /** ENGINE_MODEL names no GGUF file. */
  | "ENGINE_MODEL_INVALID"
  /** No source could give the default model's file. */
  | "ENGINE_MODEL_UNAVAILABLE"
  /** The engine's process ended before it was ready. */
  | "ENGINE_START_FAILED";

/** Why there is no engine; `hint` is what to do next. */
export class EngineError extends Error {
  override readonly name = "EngineError";
  readonly [brand] = true;
  readonly code: EngineErrorCode;
  readonly hint: string;
  /** Whether the same call may succeed later with nothing changed. */
  readonly retryable: boolean;

  constructor(
    code: EngineErrorCode,
    message: string,
    options: { hint: string; cause?: unknown; retryable?: boolean },
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.retryable = options.retryable ?? false;
  }
}

/** Recognizes an `EngineError` of any copy of this package. */
export const isEngineError = (error: unknown): error is EngineError =>
  typeof error === "object" && error !== null && brand in error;
