import { BridgeError, type BridgeErrorOptions, type ErrorDefinition, isBridgeError } from "./bridge-error.ts";

/** The errors of some codes, each with the details of its code. */
export type ErrorOf<DetailsByCode, Code extends keyof DetailsByCode = keyof DetailsByCode> = {
  [Each in Code]: BridgeError<Each & string, DetailsByCode[Each] & object>;
}[Code];

type Definitions<DetailsByCode> = {
  readonly [Code in keyof DetailsByCode]: ErrorDefinition<DetailsByCode[Code] & object>;
};

/** The errors that one package throws. */
export interface ErrorFamily<DetailsByCode> {
  definitions: Definitions<DetailsByCode>;
  /** Makes the error of a code. */
  create<Code extends keyof DetailsByCode & string>(
    code: Code,
    message: string,
    options?: BridgeErrorOptions<DetailsByCode[Code] & object>,
  ): BridgeError<Code, DetailsByCode[Code] & object>;
  /** Whether `value` is an error of one of the codes, or of any code of the family when none is given. */
  is<Code extends keyof DetailsByCode & string = keyof DetailsByCode & string>(
    value: unknown,
    ...codes: Code[]
  ): value is ErrorOf<DetailsByCode, Code>;
}

/**
 * Defines the error codes of a package and the details that each carries.
 *
 * @example
 * import { defineErrors } from "@ollama-bridge/foundation";
 *
 * const errors = defineErrors<{ NO_ROUTE: { tried: string[] } }>({
 *   NO_ROUTE: {
 *     when: "Nothing installed fits.",
 *     hint: "Pull a model.",
 *     retryable: false,
 *     attributedTo: "caller",
 *     details: { tried: "the models that were looked at" },
 *   },
 * });
 * throw errors.create("NO_ROUTE", "No model fits", { details: { tried: [] } });
 */
export function defineErrors<DetailsByCode extends { [Code in keyof DetailsByCode]: object }>(
  definitions: Definitions<DetailsByCode>,
): ErrorFamily<DetailsByCode> {
  return {
    definitions,
    create: (code, message, options) => new BridgeError(code, message, definitions[code], options),
    is<Code extends keyof DetailsByCode & string>(
      value: unknown,
      ...codes: Code[]
    ): value is ErrorOf<DetailsByCode, Code> {
      if (!isBridgeError(value)) return false;
      const { code } = value;
      return codes.length === 0 ? Object.hasOwn(definitions, code) : codes.some((each) => each === code);
    },
  };
}
