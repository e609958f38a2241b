import { coreErrors } from "@ollama-bridge/core-client";
import { limitsSection } from "@ollama-bridge/core-client/config";
import { createCoreToolset } from "@ollama-bridge/core-client/toolset";
import type { Settings, ToolDefinition, Toolset } from "@ollama-bridge/server-kit";
import { consultSection } from "./config.ts";
import type { ConsultDependencies, ModelDependencies } from "./consult-dependencies.ts";
import { consultErrors } from "./consult-errors.ts";
import { compareOllamaModels } from "./tools/compare-ollama-models.ts";
import { consultOllama } from "./tools/consult-ollama.ts";
import { listOllamaModels } from "./tools/list-ollama-models.ts";
import { sequentialConsultationChain } from "./tools/sequential-consultation-chain.ts";

export { consultSection } from "./config.ts";
export type { ConsultDependencies, ModelDependencies } from "./consult-dependencies.ts";

const tools: ToolDefinition<ConsultDependencies>[] = [
  consultOllama,
  listOllamaModels,
  compareOllamaModels,
  sequentialConsultationChain,
];

/** What the tools reach beside themselves. */
export interface ConsultToolsetDependencies {
  /** Absent: the one instance of the environment, which the toolset then closes. */
  models?: ModelDependencies;
  /** Absent: steps cannot be remembered. */
  memory?: NonNullable<ConsultDependencies["memory"]>;
}

/**
 * Makes tools that consult, compare and chain models. Nothing connects before a call.
 *
 * @example
 * import { serveProgram } from "@ollama-bridge/server-kit";
 * import { createConsultToolset, consultSection } from "@ollama-bridge/consult/toolset";
 *
 * await serveProgram({
 *   info: { name: "my-models", title: "My models", version: "1.0.0" },
 *   sections: [consultSection],
 *   toolsets: (settings) => [createConsultToolset(settings)],
 * });
 */
export function createConsultToolset(
  settings: Settings,
  { models, memory }: ConsultToolsetDependencies = {},
): Toolset<ConsultDependencies> {
  const core = models === undefined ? createCoreToolset(settings) : undefined;
  const { runner, clientOf, web, requireMayLeave } =
    models ?? (core as NonNullable<typeof core>).dependencies;
  return {
    name: "consult",
    tools,
    errors: [coreErrors, consultErrors],
    dependencies: {
      runner,
      clientOf,
      web,
      requireMayLeave,
      limits: settings.read(limitsSection),
      consult: settings.read(consultSection),
      memory,
    },
    close: async () => core?.close(),
  };
}
