import { defineErrors } from "@ollama-bridge/foundation";

/** The details of the errors of storage, by code. */
export interface StorageErrorDetails {
  MEMORY_BACKEND_ERROR: {
    attempts?: { backend: string; location?: string; reason?: string; error?: string }[];
  };
}

/** The errors of what keeps data. */
export const storageErrors = defineErrors<StorageErrorDetails>({
  MEMORY_BACKEND_ERROR: {
    when: "No memory backend took the call.",
    hint: "Check the memory backend's configuration.",
    retryable: true,
    attributedTo: "bridge",
    details: { attempts: "each backend that was tried, with what it said" },
  },
});
