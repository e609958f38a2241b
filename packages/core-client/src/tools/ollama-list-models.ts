import { visibleLine } from "@ollama-bridge/foundation";
import { defineTool, readOnlyHints, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import type { ModelSummary } from "../api/ollama-api.ts";
import type { CoreDependencies } from "../core-dependencies.ts";

interface Listed {
  models: ModelSummary[];
  /** What the server's list had that could not be used. */
  warnings?: string[];
}

export const ollamaListModels = defineTool({
  name: "ollama_list_models",
  title: "List installed models",
  description:
    "Lists the models installed on this Ollama, one name and size a line. Use it before naming a model. For what is in memory now use ollama_ps, for one model's abilities ollama_show.",
  input: z.strictObject({}),
  annotations: readOnlyHints,
  text: ({ models, warnings = [] }: Listed) => {
    const lines = models.map(({ name, size = 0 }) => `${name} (${Math.round(size / 1e9)}GB)`);
    return [...(lines.length > 0 ? lines : ["No models found."]), ...warnings].map(visibleLine).join("\n");
  },
  async handler(_args, { dependencies, signal }: ToolContext<CoreDependencies>) {
    const { models, warnings } = await dependencies.runner.list({ signal });
    return { data: { models, ...(warnings.length > 0 ? { warnings } : {}) } };
  },
});
