import { type CallOptions, FairQueue, withDeadline } from "@ollama-bridge/foundation";
import { modelNotFound } from "../api/model-names.ts";
import type { OllamaClient } from "../api/ollama-client.ts";
import { coreErrors } from "../core-errors.ts";
import type { ModelRunner } from "./model-runner.ts";
import { runOnInstance } from "./run-on-instance.ts";

/**
 * Makes a runner over one instance. At most `maxConcurrent` generations run at once; the others wait in the order they
 * came, and one that is cancelled leaves the queue.
 *
 * @example
 * import { OllamaClient, singleInstanceRunner } from "@ollama-bridge/core-client";
 *
 * const client = new OllamaClient("http://gpu-box:11434");
 * const runner = singleInstanceRunner(client, { maxConcurrent: 5 });
 */
export function singleInstanceRunner(
  client: OllamaClient,
  { maxConcurrent }: { maxConcurrent: number },
): ModelRunner {
  const queue = new FairQueue(maxConcurrent);

  /** Ollama's own words for a missing model name no way out. */
  async function withSuggestions<Result>(
    model: string,
    options: CallOptions,
    work: Promise<Result>,
  ): Promise<Result> {
    try {
      return await work;
    } catch (error) {
      if (!coreErrors.is(error, "MODEL_NOT_FOUND")) throw error;
      const { models } = await client.list(options);
      throw modelNotFound(
        model,
        models.map(({ name }) => name),
        client.instance.url,
      );
    }
  }

  return {
    run(request, options = {}) {
      const { onEvent } = options;
      return withDeadline(options, (signal) => {
        onEvent?.({ type: "queued" });
        const work = queue.run(signal, () => runOnInstance(client, request, { signal, onEvent }));
        return withSuggestions(request.model, { signal }, work);
      });
    },
    embed(request, options = {}) {
      return withDeadline(options, async (signal) => {
        const work = queue.run(signal, () => client.embed(request, { signal }));
        const answer = await withSuggestions(request.model, { signal }, work);
        return { ...answer, instance: client.instance.name };
      });
    },
    list: (options) => client.list(options),
    show: (model, options = {}) => withSuggestions(model, options, client.show(model, options)),
    version: (options) => client.version(options),
  };
}
