import { createConsultToolset } from "@ollama-bridge/consult/toolset";
import { createCoreToolset } from "@ollama-bridge/core-client/toolset";
import { createDiscoveryToolset, createFleet } from "@ollama-bridge/discovery/toolset";
import { createMemoryToolset, memorySection } from "@ollama-bridge/memory/toolset";
import { createMessagesToolset } from "@ollama-bridge/messages/toolset";
import { createRouterToolset, routerSections } from "@ollama-bridge/router/toolset";
import type { Settings, Toolset } from "@ollama-bridge/server-kit";

/** Every server's toolset over one fleet, one router and one memory. Nothing is connected or opened before a call. */
export function createToolsets(settings: Settings): Toolset[] {
  const fleet = createFleet(settings);
  const { embed_model: embedModel = "", namespace } = settings.read(memorySection);
  const router = createRouterToolset(settings, { fleet, namespace });
  const { router: runner } = router.dependencies;
  const core = createCoreToolset(settings, {
    runner,
    clientOf: (name) => fleet.clientNamed(name),
    requireMayLeave: (text, caller) => runner.requireMayLeave(text, caller),
    mayPull: (model) => runner.mayPull(model),
    close: () => fleet.close(),
  });
  const memory = createMemoryToolset(settings, {
    async embed(input, limits) {
      return (await runner.embed({ model: embedModel, input, truncate: true }, limits)).embeddings;
    },
  });
  return [
    router,
    createDiscoveryToolset(settings, { fleet, sections: routerSections(runner) }),
    createConsultToolset(settings, { models: core.dependencies, memory: memory.dependencies.memory }),
    memory,
    core,
    createMessagesToolset(settings, { runner }),
  ];
}
