import { MAX_NAME_LENGTH } from "@ollama-bridge/foundation";
import { defineTool, readOnlyHints, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import { tiers } from "../catalog/tiers.ts";
import type { DiscoveryDependencies } from "../discovery-dependencies.ts";
import { listWarnings } from "../views/instance-view.ts";
import { markdownTable } from "../views/markdown-table.ts";
import { type ModelView, modelData, modelView } from "../views/model-view.ts";

const modelsData = () =>
  z.strictObject({
    models: z.record(z.string(), modelData()).describe("By name"),
    total_unique: z.int().describe("Number of models"),
    warnings: z
      .array(z.string())
      .exactOptional()
      .describe("Instances whose list could not be read, or not all of it"),
  });

export const listModels = defineTool({
  name: "list_models",
  title: "List the fleet's models",
  description:
    "Lists every model installed on any reachable Ollama instance: size, tier, capabilities, context length, where it is installed and loaded, what it is best for. Use it before naming a model. For the machines themselves use discover_instances.",
  input: z.strictObject({
    capability: z
      .string()
      .max(MAX_NAME_LENGTH)
      .optional()
      .describe("Only models that can: completion, vision, tools, thinking, embedding …"),
    tier: z.enum(tiers).optional().describe("Only models of this tier (speed and size)"),
    loaded_only: z.boolean().default(false).describe("Only models in memory now; default false"),
    refresh: z.boolean().default(false).describe("Read every instance's list afresh; default false"),
  }),
  data: modelsData,
  annotations: readOnlyHints,
  text: ({ models, warnings = [] }) =>
    [Object.keys(models).length === 0 ? "No models found." : table(models), ...warnings].join("\n\n"),
  async handler(
    { capability, tier, loaded_only, refresh },
    { dependencies }: ToolContext<DiscoveryDependencies>,
  ) {
    const { fleet } = dependencies;
    await (refresh ? fleet.look({ fresh: "everything" }) : fleet.current());
    await fleet.look({ fresh: "details", where: { needs: capability === undefined ? [] : [capability] } });
    const models: Record<string, ModelView> = {};
    for (const name of [...fleet.modelNames()].sort()) {
      const model = modelView(name, dependencies);
      if (model === undefined) continue;
      if (capability !== undefined && !model.capabilities?.includes(capability)) continue;
      if (tier !== undefined && model.tier !== tier) continue;
      if (loaded_only && model.loaded_on.length === 0) continue;
      models[name] = model;
    }
    const warnings = fleet.instances.flatMap(listWarnings);
    const total_unique = Object.keys(models).length;
    return { data: { models, total_unique, ...(warnings.length > 0 ? { warnings } : {}) } };
  },
});

function table(models: Record<string, ModelView>): string {
  const head = ["model", "size", "tier", "capabilities", "context", "instances", "loaded on", "best for"];
  const rows = Object.entries(models).map(([name, model]) => [
    name,
    `${Math.round(model.size_bytes / 1e8) / 10} GB`,
    model.tier,
    model.capabilities?.join(", ") ?? "?",
    model.context_length ?? "?",
    model.instances.join(", "),
    model.loaded_on.join(", ") || "none",
    model.best_for ?? "",
  ]);
  return markdownTable(head, rows);
}
