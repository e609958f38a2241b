import { BridgeError } from "@ollama-bridge/foundation";

/** VALIDATION_ERROR that names the parameter. */
export function invalid(path: string, issue: string, hint: string): BridgeError {
  return new BridgeError("VALIDATION_ERROR", `${path}: ${issue}`, { details: { path, issue }, hint });
}
