import { type CallLimits, isBridgeError, withDeadline } from "@ollama-bridge/foundation";
import { modelNotFound } from "../api/model-names.ts";
import type { OllamaClient } from "../api/ollama-client.ts";
import { ConcurrencyLimit } from "./concurrency-limit.ts";
import type { ModelRunner, RunLimits, RunRequest } from "./model-runner.ts";
import { runOnInstance } from "./run-on-instance.ts";

/**
 * A runner over one instance. At most `maxConcurrent` generations run at once; the others wait in the order they
 * came, and one that is cancelled leaves the queue.
 */
export function singleInstanceRunner(
  client: OllamaClient,
  { maxConcurrent }: { maxConcurrent: number },
): ModelRunner {
  const limit = new ConcurrencyLimit(maxConcurrent);

  /** Ollama's own words for a missing model name no way out. */
  async function withSuggestions<Result>(
    model: string,
    limits: CallLimits,
    work: Promise<Result>,
  ): Promise<Result> {
    try {
      return await work;
    } catch (error) {
      if (!isBridgeError(error) || error.code !== "MODEL_NOT_FOUND") throw error;
      const { models } = await client.tags(limits);
      throw modelNotFound(
        model,
        models.map(({ name }) => name),
        client.instance.url,
      );
    }
  }

  return {
    run(request: RunRequest, limits: RunLimits) {
      const { onEvent } = limits;
      return withDeadline(limits, (signal) => {
        onEvent?.({ type: "queued" });
        const work = limit.run(signal, () => runOnInstance(client, request, { signal, onEvent }));
        return withSuggestions(request.model, { signal }, work);
      });
    },
    async embed(request, limits) {
      return withDeadline(limits, async (signal) => {
        const work = limit.run(signal, () => client.embed(request, { signal }));
        const answer = await withSuggestions(request.model, { signal }, work);
        return { ...answer, instance: client.instance.name };
      });
    },
    list: (limits) => client.tags(limits),
    show: (model, limits = {}) => withSuggestions(model, limits, client.show(model, limits)),
    version: (limits) => client.version(limits),
  };
}
