import { defineErrors } from "@ollama-bridge/foundation";

/** The details of the errors of consulting, by code. */
export interface ConsultErrorDetails {
  CHAIN_EXECUTION_FAILED: {
    /** The id of the step. */
    failedAt: string;
    cause: object;
  };
}

export const consultErrors = defineErrors<ConsultErrorDetails>({
  CHAIN_EXECUTION_FAILED: {
    when: "A step of a chain failed; `data` has the finished steps.",
    hint: "Look at the failed step, correct it and run the chain again.",
    retryable: false,
    attributedTo: "caller",
  },
});
