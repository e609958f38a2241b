import { withDeadline } from "@ollama-bridge/foundation";
import type { OllamaClient } from "../api/ollama-client.ts";
import { coreErrors } from "../core-errors.ts";
import { canThink } from "./can-think.ts";
import { contextExceeded, contextLimit, estimateTokens, largerContext } from "./context-length.ts";
import { gatherAnswer } from "./gather-answer.ts";
import { withoutLooseThoughts } from "./loose-thoughts.ts";
import { mayThink } from "./may-think.ts";
import type { RunOptions, RunRequest, RunResult } from "./model-runner.ts";
import { streamRequest } from "./stream-request.ts";

/**
 * Runs one request on one instance, streamed, to its end. A prompt that is too long for the loaded context is run
 * once more with a larger one, and `warnings` says so.
 * @throws BridgeError; TIMEOUT_EXCEEDED carries any partial output in `details.partial`.
 */
export function runOnInstance(
  client: OllamaClient,
  request: RunRequest,
  options: RunOptions = {},
): Promise<RunResult> {
  const { onEvent, deliversText } = options;
  return withDeadline(options, async (signal) => {
    const bounds = { signal, onEvent, deliversText, budget: options.budget };
    if (request.images?.length || request.messages?.some((message) => message.images?.length)) {
      await requireVision(client, request.model, signal);
    }
    try {
      return await stream(client, request, bounds);
    } catch (error) {
      if (!coreErrors.is(error, "CONTEXT_EXCEEDED")) throw error;
      const limit = contextLimit(await client.show(request.model, { signal }));
      const numCtx = largerContext(request, limit, error.details);
      const retry = { ...request, options: { ...request.options, num_ctx: numCtx } };
      const result = await stream(client, retry, bounds).catch((second: unknown) => {
        const exceeded = coreErrors.is(second, "CONTEXT_EXCEEDED");
        const estimate = error.details?.tokens_estimated ?? estimateTokens(request);
        throw exceeded ? contextExceeded(estimate, limit) : second;
      });
      const warning = `context raised to ${numCtx.toLocaleString("en")} (num_ctx ${numCtx}), as the prompt did not fit`;
      return { ...result, warnings: [...result.warnings, warning] };
    }
  });
}

async function stream(
  client: OllamaClient,
  request: RunRequest,
  { signal, onEvent, deliversText, budget }: RunOptions,
): Promise<RunResult> {
  const at = { instance: client.instance.name, model: request.model };
  onEvent?.({ type: "loading", ...at });
  const { stats, ...answer } = await gatherAnswer(streamRequest(client, request, { signal }), {
    stop: request.stop,
    budget,
    thinks: mayThink(request),
    stopsRepetition: request.options?.num_predict === undefined,
    onChunk: (_chunk, piece, tokens) => onEvent?.({ type: "generating", ...at, tokens, ...piece }),
  });
  // What was delivered cannot be taken back.
  if (deliversText) return { ...answer, ...at };
  return { ...(await withoutLooseThoughts(answer, () => thinks(client, request, signal))), ...at };
}

/** Asked only where a tag of thoughts is in the answer. */
async function thinks(
  client: OllamaClient,
  request: RunRequest,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (mayThink(request) || request.think !== undefined) return mayThink(request);
  return (await canThink(client, request.model, signal)) ?? false;
}

/** Ollama drops images silently when the model cannot see. */
async function requireVision(client: OllamaClient, model: string, signal: AbortSignal): Promise<void> {
  const { capabilities } = await client.show(model, { signal });
  if (capabilities === undefined || capabilities.includes("vision")) return;
  throw coreErrors.create("CAPABILITY_UNSUPPORTED", `${model} cannot take images`, {
    details: { model, capability: "vision", capabilities },
  });
}
