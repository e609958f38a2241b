import { FairQueue, withDeadline } from "@ollama-bridge/foundation";
import type { OllamaClient } from "../api/ollama-client.ts";
import { canThink } from "./can-think.ts";
import type { ModelRunner } from "./model-runner.ts";
import { requirePrivate } from "./require-private.ts";
import { runOnInstance } from "./run-on-instance.ts";
import { withInstalledNames } from "./with-installed-names.ts";

/** Models of which it is kept whether they think. */
const MAX_MODELS = 1_000;

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

  const thinkers = new Map<string, boolean>();

  /** Asked once for each model. */
  async function knownToThink(model: string, signal: AbortSignal): Promise<boolean | undefined> {
    const known = thinkers.get(model) ?? (await canThink(client, model, signal));
    if (thinkers.size >= MAX_MODELS) thinkers.clear();
    if (known !== undefined) thinkers.set(model, known);
    return known;
  }

  return {
    run(request, options = {}) {
      const { onEvent, deliversText, budget } = options;
      return withDeadline(options, async (signal) => {
        onEvent?.({ type: "queued" });
        // What is delivered as it comes has to be told apart from thinking before it comes.
        const thinks = deliversText ? await knownToThink(request.model, signal) : undefined;
        const limits = { signal, onEvent, deliversText, budget };
        const work = queue.run(signal, async () => {
          await requirePrivate(client, request, signal);
          const result = await runOnInstance(client, { thinks, ...request }, limits);
          return request.privacy === "local_only" ? { ...result, privacy: request.privacy } : result;
        });
        return withInstalledNames(client, request.model, { signal }, work);
      });
    },
    embed(request, options = {}) {
      const { privacy, caller: _, ...body } = request;
      return withDeadline(options, async (signal) => {
        const work = queue.run(signal, async () => {
          await requirePrivate(client, { model: request.model, privacy }, signal);
          return client.embed(body, { signal });
        });
        const answer = await withInstalledNames(client, request.model, { signal }, work);
        return { ...answer, instance: client.instance.name };
      });
    },
    list: (options) => client.list(options),
    show: (model, options = {}) => withInstalledNames(client, model, options, client.show(model, options)),
    version: (options) => client.version(options),
    async canSee({ model }, options = {}) {
      const { capabilities } = await withInstalledNames(client, model, options, client.show(model, options));
      // Older servers tell none: then they say themselves what is wrong with an image.
      return capabilities?.includes("vision") ?? true;
    },
  };
}
