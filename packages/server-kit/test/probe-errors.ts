import { defineErrors } from "@ollama-bridge/foundation";

/** The errors of a tool that exists for tests. */
export const probeErrors = defineErrors<{
  PROBE_FAILED: { status?: number; endpoint?: string; partial?: string };
}>({
  PROBE_FAILED: {
    when: "The probe fails.",
    hint: "Probe again.",
    retryable: true,
    attributedTo: "instance",
    details: { status: "HTTP status", endpoint: "address", partial: "output" },
  },
});
