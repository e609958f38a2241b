import { defineTool, looksUp, type ToolContext } from "@ollama-bridge/server-kit";
import { visibleLine } from "@ollama-bridge/server-kit/visible";
import * as z from "zod";
import type { CoreDeps } from "../core-deps.ts";
import type { ModelSummary } from "../wire.ts";

export const ollamaListModels = defineTool({
  name: "ollama_list_models",
  title: "List installed models",
  description:
    "Lists the models installed on this Ollama, one name and size a line. Use it before naming a model. For what is in memory now use ollama_ps, for one model's abilities ollama_show.",
  input: z.strictObject({}),
  annotations: looksUp,
  text: ({ models }: { models: ModelSummary[] }) =>
    models.map(({ name, size }) => `${visibleLine(name)} (${Math.round((size || 0) / 1e9)}GB)`).join("\n") ||
    "No models found.",
  async handler(_args, { deps, signal }: ToolContext<CoreDeps>) {
    return { data: { models: await deps.runner.list({ signal }) } };
  },
});
