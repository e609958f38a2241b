import { FairQueue, withDeadline } from "@ollama-bridge/foundation";
import type { OllamaClient } from "../api/ollama-client.ts";
import type { ModelRunner } from "./model-runner.ts";
import { requirePrivate } from "./require-private.ts";
import { runOnInstance } from "./run-on-instance.ts";
import { withInstalledNames } from "./with-installed-names.ts";

/**
 * A runner over one instance. At most `maxConcurrent` generations run at once; the others wait in the order they
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

  return {
    run(request, options = {}) {
      const { onEvent, budget } = options;
      return withDeadline(options, (signal) => {
        onEvent?.({ type: "queued" });
        const work = queue.run(signal, async () => {
          await requirePrivate(client, request, signal);
          const result = await runOnInstance(client, request, { signal, onEvent, budget });
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
  };
}
