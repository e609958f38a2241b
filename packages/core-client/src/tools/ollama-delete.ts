import { defineTool, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import type { CoreDependencies } from "../core-dependencies.ts";
import { withInstalledNames } from "../run/with-installed-names.ts";
import * as parameters from "./parameters.ts";

export const ollamaDelete = defineTool({
  name: "ollama_delete",
  title: "Delete a model",
  description:
    "Removes an installed model from an instance and frees its disk space. It can only be brought back by pulling or creating it again. To free memory only, let it expire: ollama_ps tells when.",
  input: z.strictObject({ model: parameters.model, instance: parameters.instance }),
  data: () => z.strictObject({ status: z.string().describe("`success`") }),
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
  requiresManage: true,
  text: ({ status }) => status,
  async handler({ model, instance }, { dependencies, signal }: ToolContext<CoreDependencies>) {
    const client = await dependencies.clientOf(instance);
    await withInstalledNames(client, model, { signal }, client.delete(model, { signal }));
    return { data: { status: "success" }, details: { instance: client.instance.name } };
  },
});
