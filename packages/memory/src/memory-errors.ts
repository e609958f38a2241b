import { defineErrors } from "@ollama-bridge/foundation";

/** The details of the errors of memory, by code. */
export interface MemoryErrorDetails {
  MEMORY_NOT_FOUND: { key: string; namespace: string; similar: string[] };
}

export const memoryErrors = defineErrors<MemoryErrorDetails>({
  MEMORY_NOT_FOUND: {
    when: "There is no entry of that key.",
    hint: "Look for the key with search_memories.",
    retryable: false,
    attributedTo: "caller",
    details: { key: "the key", namespace: "the namespace", similar: "keys that are like it" },
  },
});
