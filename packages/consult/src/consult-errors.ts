import { defineErrors } from "@ollama-bridge/foundation";

/** The details of the errors of consulting, by code. */
export interface ConsultErrorDetails {
  CHAIN_EXECUTION_FAILED: {
    failedAt: string;
    cause: object;
  };
}

/** The errors of consulting. */
export const consultErrors = defineErrors<ConsultErrorDetails>({
  CHAIN_EXECUTION_FAILED: {
    when: "A step of a chain failed; `data` has the finished steps.",
    hint: "Look at the failed step, correct it and run the chain again.",
    retryable: false,
    attributedTo: "caller",
    details: { failedAt: "id of the step", cause: "the error of the step" },
  },
});
