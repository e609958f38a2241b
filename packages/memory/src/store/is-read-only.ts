import { storageErrors } from "@ollama-bridge/storage";

/** Whether a write failed because the store only lets itself be read; that is not one that is broken. */
export function isReadOnly(error: unknown): boolean {
  return (
    storageErrors.is(error, "MEMORY_BACKEND_ERROR") && error.details?.attempts?.[0]?.reason === "read-only"
  );
}
