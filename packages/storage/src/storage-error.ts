import type { BridgeError } from "@ollama-bridge/foundation";
import { storageErrors } from "./storage-errors.ts";

/** What is wrong with a store, and where. */
export interface BackendFailure {
  backend: string;
  /** A file, or an address without its password. */
  location: string;
  reason: "foreign" | "damaged" | "newer" | "moved" | "read-only" | "full" | "busy" | "unavailable";
  message: string;
  hint: string;
  cause?: unknown;
}

/** Makes a MEMORY_BACKEND_ERROR; `details.attempts` has one entry that says which backend failed and why. */
export function backendError({ hint, cause, ...failure }: BackendFailure): BridgeError {
  const { backend, location, reason, message } = failure;
  return storageErrors.create("MEMORY_BACKEND_ERROR", message, {
    hint,
    cause,
    details: { attempts: [{ backend, location, reason, error: message }] },
  });
}
