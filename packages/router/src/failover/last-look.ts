import type { OllamaClient } from "@ollama-bridge/core-client";
import { coreErrors } from "@ollama-bridge/core-client";
import { isBridgeError } from "@ollama-bridge/foundation";

/** What is down gets so long to show that it is back, before a prompt is sent to it; two of them and a scan under 1 s. */
const LAST_LOOK_MS = 400;

/**
 * Whether what was down is back, before a prompt is sent to it.
 * @throws BridgeError OLLAMA_CONNECTION_FAILED when it is still down; the signal's reason.
 */
export async function lastLook(client: OllamaClient, signal: AbortSignal): Promise<void> {
  try {
    await client.version({ signal, timeoutMs: LAST_LOOK_MS });
  } catch (error) {
    if (signal.aborted || !isBridgeError(error) || error.code !== "TIMEOUT_EXCEEDED") throw error;
    const { name, url } = client.instance;
    throw coreErrors.create("OLLAMA_CONNECTION_FAILED", `${name} does not answer`, {
      details: { endpoint: url, errno: "ETIMEDOUT" },
      cause: error,
    });
  }
}
