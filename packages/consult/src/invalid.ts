import { type BridgeError, foundationErrors } from "@ollama-bridge/foundation";

/** VALIDATION_ERROR that names the parameter. */
export function invalid(path: string, issue: string, hint: string): BridgeError {
  return foundationErrors.create("VALIDATION_ERROR", `${path}: ${issue}`, { details: { path, issue }, hint });
}
