import { coreErrors, type ModelRunner } from "@ollama-bridge/core-client";
import { limitsSection } from "@ollama-bridge/core-client/config";
import { connectModels } from "@ollama-bridge/core-client/toolset";
import type { Settings, Toolset } from "@ollama-bridge/server-kit";
import { responsesSection } from "./config.ts";
import { MessageMetrics } from "./message/message-metrics.ts";
import type { MessagesDependencies } from "./messages-dependencies.ts";
import { processWithOllama } from "./tools/process-with-ollama.ts";
import { streamFromOllama } from "./tools/stream-from-ollama.ts";

export { responsesSection } from "./config.ts";

/**
 * Makes tools that answer in the shape of Anthropic's messages. Without a runner, on the one instance of the environment.
 *
 * @example
 * import { serveProgram } from "@ollama-bridge/server-kit";
 * import { createMessagesToolset, responsesSection } from "@ollama-bridge/messages/toolset";
 *
 * await serveProgram({
 *   info: { name: "my-models", title: "My models", version: "1.0.0" },
 *   sections: [responsesSection],
 *   toolsets: (settings) => [createMessagesToolset(settings)],
 * });
 */
export function createMessagesToolset(
  settings: Settings,
  dependencies: { runner?: ModelRunner } = {},
): Toolset<MessagesDependencies> {
  const own = dependencies.runner === undefined ? connectModels(settings) : undefined;
  const responses = settings.read(responsesSection);
  const metrics = new MessageMetrics();
  return {
    name: "messages",
    tools: [processWithOllama, streamFromOllama],
    errors: [coreErrors],
    dependencies: {
      runner: dependencies.runner ?? (own as NonNullable<typeof own>).runner,
      limits: settings.read(limitsSection),
      responses,
      metrics,
    },
    ...(responses.monitoring.metrics_enabled ? { metrics: () => metrics.metrics() } : {}),
    close: async () => own?.close(),
  };
}
