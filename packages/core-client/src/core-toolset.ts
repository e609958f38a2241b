import { BridgeError } from "@ollama-bridge/foundation";
import { responsesSection } from "@ollama-bridge/messages/config";
import { MessageMetrics, processWithOllama, streamFromOllama } from "@ollama-bridge/messages/toolset";
import type { Settings, ToolDefinition, Toolset } from "@ollama-bridge/server-kit";
import { OllamaClient } from "./api/ollama-client.ts";
import { createWebClient } from "./api/web-client.ts";
import { defaultInstance, limitsSection } from "./config.ts";
import type { CoreDependencies } from "./core-dependencies.ts";
import { coreResources } from "./core-resources.ts";
import type { ModelRunner } from "./run/model-runner.ts";
import { SharedPulls } from "./run/shared-pulls.ts";
import { singleInstanceRunner } from "./run/single-instance-runner.ts";
import { ollamaChat } from "./tools/ollama-chat.ts";
import { ollamaCopy } from "./tools/ollama-copy.ts";
import { ollamaCreate } from "./tools/ollama-create.ts";
import { ollamaDelete } from "./tools/ollama-delete.ts";
import { ollamaEmbed } from "./tools/ollama-embed.ts";
import { ollamaGenerate } from "./tools/ollama-generate.ts";
import { ollamaListModels } from "./tools/ollama-list-models.ts";
import { ollamaPs } from "./tools/ollama-ps.ts";
import { ollamaPull } from "./tools/ollama-pull.ts";
import { ollamaPush } from "./tools/ollama-push.ts";
import { ollamaShow } from "./tools/ollama-show.ts";
import { ollamaWebFetch } from "./tools/ollama-web-fetch.ts";
import { ollamaWebSearch } from "./tools/ollama-web-search.ts";

const tools: ToolDefinition<CoreDependencies>[] = [
  ollamaGenerate,
  ollamaChat,
  ollamaEmbed,
  ollamaListModels,
  ollamaShow,
  ollamaPs,
  ollamaPull,
  ollamaPush,
  ollamaCopy,
  ollamaDelete,
  ollamaCreate,
  ollamaWebSearch,
  ollamaWebFetch,
  processWithOllama,
  streamFromOllama,
];

/** Where models are reached and instances found; the bridge gives its fleet's. */
export interface CorePorts {
  runner: ModelRunner;
  clientOf: CoreDependencies["clientOf"];
  close(): Promise<void>;
}

/** Ollama's own calls as tools. Without ports, on the one instance of the environment; nothing connects before a call. */
export function createCoreToolset(settings: Settings, ports?: CorePorts): Toolset<CoreDependencies> {
  const limits = settings.read(limitsSection);
  const { runner, clientOf, close } = ports ?? oneInstance(settings, limits.max_concurrent_requests);
  const responses = settings.read(responsesSection);
  const messageMetrics = new MessageMetrics();
  const web = createWebClient(settings.env.OLLAMA_API_KEY || undefined);
  return {
    name: "core",
    tools,
    ...coreResources,
    dependencies: {
      runner,
      limits,
      responses,
      messageMetrics,
      clientOf,
      pulls: new SharedPulls(),
      web,
    },
    ...(responses.monitoring.metrics_enabled ? { metrics: () => messageMetrics.metrics() } : {}),
    async close() {
      await Promise.all([close(), web.close()]);
    },
  };
}

function oneInstance(settings: Settings, maxConcurrent: number): CorePorts {
  const client = new OllamaClient(defaultInstance(settings.env));
  return {
    runner: singleInstanceRunner(client, { maxConcurrent }),
    async clientOf(instance) {
      if (instance === undefined || instance === client.instance.name) return client;
      throw new BridgeError("VALIDATION_ERROR", `instance: there is no ${instance}`, {
        details: { path: "instance", issue: "unknown" },
        hint: `There is one: ${client.instance.name}.`,
      });
    },
    close: () => client.close(),
  };
}
