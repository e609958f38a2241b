import { amendError, isBridgeError } from "@ollama-bridge/foundation";
import type { OllamaClient } from "../api/ollama-client.ts";
import { coreErrors } from "../core-errors.ts";
import { AnswerAccumulator } from "./answer-accumulator.ts";
import { contextExceeded, contextLimit, estimateTokens, largerContext } from "./context-length.ts";
import type { RunLimits, RunRequest, RunResult } from "./model-runner.ts";
import { requestBody } from "./request-body.ts";

/**
 * Runs one request on one instance, streamed, to its end. A prompt that is too long for the loaded context is run
 * once more with a larger one, and `warnings` says so.
 * @throws BridgeError; when `signal` aborts with TIMEOUT_EXCEEDED, the error carries what had arrived.
 */
export async function runOnInstance(
  client: OllamaClient,
  request: RunRequest,
  limits: { signal: AbortSignal; onEvent?: RunLimits["onEvent"] },
): Promise<RunResult> {
  if (request.images?.length || request.messages?.some((message) => message.images?.length)) {
    await requireVision(client, request.model, limits.signal);
  }
  try {
    return await stream(client, request, limits);
  } catch (error) {
    if (!isBridgeError(error) || error.code !== "CONTEXT_EXCEEDED") throw error;
    const limit = contextLimit(await client.show(request.model, limits));
    const numCtx = largerContext(request, limit);
    const retry = { ...request, options: { ...request.options, num_ctx: numCtx } };
    const result = await stream(client, retry, limits).catch((second: unknown) => {
      const exceeded = isBridgeError(second) && second.code === "CONTEXT_EXCEEDED";
      throw exceeded ? contextExceeded(estimateTokens(request), limit) : second;
    });
    const warning = `The prompt did not fit the context; it was run again with num_ctx ${numCtx}.`;
    return { ...result, warnings: [...result.warnings, warning] };
  }
}

async function stream(
  client: OllamaClient,
  request: RunRequest,
  { signal, onEvent }: { signal: AbortSignal; onEvent?: RunLimits["onEvent"] },
): Promise<RunResult> {
  const { name: instance } = client.instance;
  const { path, body } = requestBody(request);
  const answer = new AnswerAccumulator(request.stop);
  const at = { instance, model: request.model };
  onEvent?.({ type: "loading", ...at });
  try {
    for await (const chunk of client[path](body, signal)) {
      const piece = answer.add(chunk);
      onEvent?.({ type: "generating", ...at, tokens: answer.tokens, ...piece });
      if (chunk.done || answer.hasEnded) return { ...answer.result(chunk), ...at };
    }
    throw new Error("the client ends a stream with a done line or an error");
  } catch (error) {
    throw withPartial(error, answer.partial);
  }
}

/** What had arrived when the answer broke off is worth keeping: the caller may go on from it. */
function withPartial(error: unknown, partial: string): unknown {
  if (!isBridgeError(error) || (error.code !== "TIMEOUT_EXCEEDED" && partial === "")) return error;
  return amendError(error, {
    details: { partial },
    ...(partial === "" ? {} : { more: `What had arrived:\n${partial}` }),
  });
}

/** Ollama drops images silently when the model cannot see. */
async function requireVision(client: OllamaClient, model: string, signal: AbortSignal): Promise<void> {
  const { capabilities } = await client.show(model, { signal });
  if (capabilities === undefined || capabilities.includes("vision")) return;
  throw coreErrors.create("CAPABILITY_UNSUPPORTED", `${model} cannot take images`, {
    details: { model, capability: "vision", capabilities },
  });
}
