import { type McpServer, ResourceNotFoundError, ResourceTemplate } from "@modelcontextprotocol/server";
import { toBridgeError } from "@ollama-bridge/foundation";
import { errorText } from "./answer.ts";
import type { AnswerStore } from "./answer-store.ts";
import type { Principal } from "./principal.ts";
import type { ResourceTemplateDefinition } from "./resource.ts";
import type { Toolset } from "./toolset.ts";

/** Completions of one variable that the protocol allows in one answer. */
const MAX_COMPLETIONS = 100;
/** What begins with more than this is not completed: no value is so long. */
const MAX_PREFIX_CHARACTERS = 1_000;

/** Registers the resources, templates and prompts of all toolsets, and the long answers. */
export function registerResources(
  server: McpServer,
  toolsets: readonly Toolset[],
  answers: AnswerStore,
  principal: Principal,
): void {
  registerTemplate(server, longAnswers, answers, principal);
  for (const { dependencies, resources = [], resourceTemplates = [], prompts = [] } of toolsets) {
    for (const { uri, name, title, description, mimeType, read } of resources) {
      server.registerResource(name, uri, { title, description, mimeType }, async () => ({
        contents: [{ uri, mimeType, text: await read(dependencies, principal) }],
      }));
    }
    for (const template of resourceTemplates) registerTemplate(server, template, dependencies, principal);
    for (const { name, title, description, parameters, render } of prompts) {
      server.registerPrompt(name, { title, description, argsSchema: parameters }, async (args) => ({
        messages: [
          { role: "user", content: { type: "text", text: await render(args, dependencies, principal) } },
        ],
      }));
    }
  }
}

const longAnswers: ResourceTemplateDefinition<AnswerStore> = {
  uriTemplate: "answer://{requestId}",
  name: "answer",
  title: "Whole answer",
  description: "A tool's answer that was too long to be sent whole, by its request id",
  mimeType: "application/json",
  read: ({ requestId = "" }, store, principal) => store.read(principal, requestId),
  // An id is the key to its answer: who does not know it is not told.
  complete: () => [],
};

function registerTemplate<Dependencies>(
  server: McpServer,
  template: ResourceTemplateDefinition<Dependencies>,
  dependencies: Dependencies,
  principal: Principal,
): void {
  const { uriTemplate, name, title, description, mimeType } = template;
  const variables = [...uriTemplate.matchAll(/\{(\w+)\}/g)].flatMap(([, variable]) => variable ?? []);
  const completed =
    (variable: string) => async (value: string, context?: { arguments?: Record<string, string> }) => {
      if (value.length > MAX_PREFIX_CHARACTERS) return [];
      const values = await template.complete(
        variable,
        value,
        dependencies,
        context?.arguments ?? {},
        principal,
      );
      return values.slice(0, MAX_COMPLETIONS);
    };
  const complete = Object.fromEntries(variables.map((variable) => [variable, completed(variable)]));
  server.registerResource(
    name,
    new ResourceTemplate(uriTemplate, { list: undefined, complete }),
    { title, description, mimeType },
    async (uri, values) => {
      const decodedValues = decoded(values);
      try {
        const text = await template.read(decodedValues, dependencies, principal);
        return { contents: [{ uri: uri.href, mimeType, text }] };
      } catch (error) {
        throw new ResourceNotFoundError(uri.href, errorText(toBridgeError(error)));
      }
    },
  );
}

function decoded(values: Record<string, string | string[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      decodeURIComponent(Array.isArray(value) ? value.join(",") : value),
    ]),
  );
}
