/**
 * What a failure belongs to. Only that is avoided afterwards: a model's fault must not close a machine, and a caller's
 * fault must not close anything.
 */
export type Attribution =
  /** The call itself: its arguments, its deadline, its cancel. */
  | "caller"
  /** One text or image of the call. */
  | "text"
  /** One model on one instance. */
  | "model"
  /** What an instance says it has installed. */
  | "list"
  /** The instance as a whole. */
  | "instance"
  /** A proxy in front of the instance. */
  | "front"
  /** The keys of an instance. */
  | "credentials"
  /** An account at a cloud. */
  | "account"
  /** This program, its configuration or its storage. */
  | "bridge";

/** What holds for every error of one code. */
export interface ErrorDefinition<Details extends object = object> {
  /** When it is thrown, for the table of the documentation. */
  when: string;
  /** What to do next, unless the error says something more precise. */
  hint: string;
  /** Whether the same call may succeed later. */
  retryable: boolean;
  attributedTo: Attribution;
  /** What each of the details is, for the table of the documentation. */
  details: { readonly [Name in keyof Details]-?: string };
}

/** What an error may carry besides its code and message. */
export interface BridgeErrorOptions<Details extends object = object> {
  /** Facts for a program. */
  details?: Details | undefined;
  /** What to do next, where it is more precise than the definition's. */
  hint?: string | undefined;
  /** More lines for a reader: attempts, near names, partial output. */
  more?: string | undefined;
  /** What was finished before the failure; becomes `data` beside `error`. */
  data?: object | undefined;
  /** Where it is not what the definition says. */
  attributedTo?: Attribution | undefined;
  cause?: unknown;
}

// A bundled copy of this module makes another class, so `instanceof` cannot recognize the error. The brand can.
const brand = Symbol.for("ollama-bridge.error");

/** The one error of every package here: `code` says what, `message` what happened, `hint` what to do next. */
export class BridgeError<Code extends string = string, Details extends object = object> extends Error {
  readonly [brand] = true;
  readonly code: Code;
  readonly retryable: boolean;
  readonly hint: string;
  readonly attributedTo: Attribution;
  readonly details: Details | undefined;
  readonly more: string | undefined;
  readonly data: object | undefined;

  constructor(
    code: Code,
    message: string,
    { retryable, hint, attributedTo }: Omit<ErrorDefinition, "when" | "details">,
    options: BridgeErrorOptions<Details> = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "BridgeError";
    this.code = code;
    this.retryable = retryable;
    this.hint = options.hint ?? hint;
    this.attributedTo = options.attributedTo ?? attributedTo;
    this.details = options.details;
    this.more = options.more;
    this.data = options.data;
  }
}

/** Tells whether `value` is a BridgeError of this or of another copy of the package. */
export function isBridgeError(value: unknown): value is BridgeError {
  return typeof value === "object" && value !== null && brand in value;
}

/**
 * Makes the same error with more to tell: `details` are added to its own, everything else takes the place of its own. The
 * original is the cause.
 */
export function amendError(
  error: BridgeError,
  { message = error.message, details, ...changes }: BridgeErrorOptions & { message?: string },
): BridgeError {
  const merged = details === undefined ? error.details : { ...error.details, ...details };
  const { hint, more, data } = error;
  return new BridgeError(error.code, message, error, {
    hint,
    more,
    data,
    cause: error,
    ...changes,
    details: merged,
  });
}

/** An error inside an answer: as the one failure, or inside a list. */
export interface ErrorSummary {
  code: string;
  message: string;
  hint: string;
  details?: Record<string, unknown>;
}

/** Returns an error as it stands inside an answer. */
export function errorSummary({ code, message, hint, details }: BridgeError): ErrorSummary {
  return { code, message, hint, ...(details === undefined ? {} : { details: { ...details } }) };
}

/** Writes `CODE: what happened. What to do next.` */
export function errorLine({ code, message, hint }: Omit<ErrorSummary, "details">): string {
  const sentence = /[.!?]$/.test(message) ? message : `${message}.`;
  return `${code}: ${sentence} ${hint}`;
}
