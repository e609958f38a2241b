import { isSameModel } from "@ollama-bridge/core-client";
import type { Catalog } from "@ollama-bridge/discovery";
import type { RoutingTable } from "../routing-table.ts";

/** How well a model suits a category: 0 made for it, 1 for anything, 2 for something else, 3 hardly usable for it. */
export type Fit = 0 | 1 | 2 | 3;

/** A model that is in no list tells its trade by its name. */
const tradeByName: readonly { pattern: RegExp; tasks: readonly string[] }[] = [
  { pattern: /ocr/, tasks: ["ocr"] },
  { pattern: /embed|bge-|minilm/, tasks: ["embedding"] },
  { pattern: /cod(e|er)|devstral|starcoder/, tasks: ["code"] },
  { pattern: /math/, tasks: ["math"] },
  { pattern: /-?vl\b|vision|llava|moondream|minicpm-v/, tasks: ["vision"] },
  { pattern: /r1|qwq|think|reason/, tasks: ["reasoning", "math"] },
];

/** Made for one thing only. */
const narrow = ["ocr", "embedding"];

export function fitOf(model: string, category: string, table: RoutingTable, catalog: Catalog): Fit {
  const tasks = tasksOf(model, catalog);
  if (tasks.includes(category)) return 0;
  if (table.get(category)?.models.some((name) => isSameModel(name, model))) return 0;
  if (tasks.some((task) => narrow.includes(task))) return 3;
  return tasks.length === 0 || tasks.includes("general") ? 1 : 2;
}

function tasksOf(model: string, catalog: Catalog): readonly string[] {
  const { preferred_tasks: tasks, capabilities } = catalog.get(model) ?? {};
  if (tasks !== undefined) return tasks;
  if (capabilities?.includes("embedding")) return ["embedding"];
  return tradeByName.find(({ pattern }) => pattern.test(model))?.tasks ?? [];
}
