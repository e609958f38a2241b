import { invalidArgument } from "@ollama-bridge/foundation";
import type { Settings, ToolDefinition, Toolset } from "@ollama-bridge/server-kit";
import { OllamaClient } from "./api/ollama-client.ts";
import { createWebClient } from "./api/web-client.ts";
import { defaultInstance, limitsSection } from "./config.ts";
import type { CoreDependencies } from "./core-dependencies.ts";
import { coreErrors } from "./core-errors.ts";
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
];

/** How a toolset reaches models and instances: one Ollama's, or the bridge's fleet. */
export interface ModelAccess {
  runner: ModelRunner;
  clientOf: CoreDependencies["clientOf"];
  /** @throws BridgeError where a policy keeps the text from leaving for a service of the web. @default all may leave */
  requireMayLeave?(text: string, caller: string): void;
  /** Absent: nothing is downloaded on its own. */
  mayPull?: CoreDependencies["mayPull"];
  close(): Promise<void>;
}

/**
 * Makes tools of Ollama's own calls. Without `access`, on the one instance of the environment; nothing connects before a call.
 *
 * @example
 * import { serveProgram } from "@ollama-bridge/server-kit";
 * import { createCoreToolset } from "@ollama-bridge/core-client/toolset";
 *
 * await serveProgram({
 *   info: { name: "my-models", title: "My models", version: "1.0.0" },
 *   sections: [],
 *   toolsets: (settings) => [createCoreToolset(settings)],
 * });
 */
export function createCoreToolset(settings: Settings, access?: ModelAccess): Toolset<CoreDependencies> {
  const {
    runner,
    clientOf,
    requireMayLeave,
    mayPull = () => false,
    close,
  } = access ?? connectModels(settings);
  const web = createWebClient(settings.env.OLLAMA_API_KEY || undefined);
  return {
    name: "core",
    tools,
    errors: [coreErrors],
    ...coreResources,
    dependencies: {
      runner,
      limits: settings.read(limitsSection),
      clientOf,
      pulls: new SharedPulls(),
      mayPull,
      web,
      requireMayLeave,
    },
    async close() {
      await Promise.all([close(), web.close()]);
    },
  };
}

/** Connects to the one instance of the environment, for a server that serves no fleet. Nothing connects before a call. */
export function connectModels(settings: Settings): ModelAccess {
  const { max_concurrent_requests: maxConcurrent } = settings.read(limitsSection);
  const client = new OllamaClient(defaultInstance(settings.env));
  return {
    runner: singleInstanceRunner(client, { maxConcurrent }),
    async clientOf(instance) {
      if (instance === undefined || instance === client.instance.name) return client;
      throw invalidArgument("instance", `there is no ${instance}`, `There is one: ${client.instance.name}.`);
    },
    close: () => client.close(),
  };
}
