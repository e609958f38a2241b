import { visibleLine } from "@ollama-bridge/foundation";
import type { ResourceDefinition, ResourceTemplateDefinition } from "@ollama-bridge/server-kit";
import type { CoreDependencies } from "./core-dependencies.ts";

const mimeType = "application/json";

const installedModels: ResourceDefinition<CoreDependencies> = {
  uri: "ollama://models",
  name: "models",
  title: "Installed models",
  description: "The models installed on this Ollama, with sizes and details",
  mimeType,
  read: async ({ runner }) => JSON.stringify((await runner.list()).models),
};

const oneModel: ResourceTemplateDefinition<CoreDependencies> = {
  uriTemplate: "ollama://models/{name}",
  name: "model",
  title: "An installed model",
  description: "What Ollama tells of one model: capabilities, context length, template, parameters",
  mimeType,
  read: async ({ name = "" }, { runner }) => JSON.stringify(await runner.show(name)),
  async complete(_variable, prefix, { runner }) {
    const { models } = await runner.list();
    return models
      .map(({ name }) => name)
      .filter((name) => name.startsWith(prefix) && visibleLine(name) === name);
  },
};

/** What can be read beside the tools. */
export const coreResources = { resources: [installedModels], resourceTemplates: [oneModel] };
