import { invalidArgument } from "@ollama-bridge/foundation";
import { isCloudName } from "../api/model-names.ts";
import type { OllamaClient } from "../api/ollama-client.ts";
import { isThisMachine } from "../transport/this-machine.ts";
import type { RunRequest } from "./model-runner.ts";

/**
 * Makes sure that a request which must stay on private machines does: on an instance of this machine, with a model that
 * is no pointer to a cloud. @throws BridgeError VALIDATION_ERROR
 */
export async function requirePrivate(
  client: OllamaClient,
  { model, privacy }: Pick<RunRequest, "model" | "privacy">,
  signal: AbortSignal,
): Promise<void> {
  if (privacy !== "local_only") return;
  const { name, url } = client.instance;
  const host = new URL(url).hostname.replace(/^\[|\]$/g, "");
  if (!isThisMachine(host)) throw notPrivate(`${name} is not this machine`);
  if (isCloudName(model)) throw notPrivate(`${model} runs in Ollama's cloud`);
  const { remote_host, remote_model } = await client.show(model, { signal });
  if (remote_host || remote_model) throw notPrivate(`${model} runs in Ollama's cloud`);
}

const notPrivate = (why: string) =>
  invalidArgument("privacy", `local_only, and ${why}`, "Choose a model that is installed on this machine.");
