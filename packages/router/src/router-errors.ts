import { defineErrors } from "@ollama-bridge/foundation";

/** The details of the errors of routing, by code. */
export interface RouterErrorDetails {
  NO_ROUTE: { tried?: { model: string; instance: string; reason: string }[] };
}

export const routerErrors = defineErrors<RouterErrorDetails>({
  NO_ROUTE: {
    when: "Nothing installed fits.",
    hint: "Pull a model that fits, or relax the requirements.",
    retryable: false,
    attributedTo: "caller",
    details: { tried: "each model that was looked at, with its instance and the reason" },
  },
});
