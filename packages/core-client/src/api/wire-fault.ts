/** What is wrong with an answer. The message goes on after the endpoint that sent it: "sent a line of more than 8 MiB". */
export class WireFault extends Error {
  /** What to do next, where the usual advice does not fit. */
  readonly hint: string | undefined;

  constructor(message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = "WireFault";
    this.hint = options.hint;
  }
}
