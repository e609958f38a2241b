import { defineTool, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import type { CoreDependencies } from "../core-dependencies.ts";
import { withInstalledNames } from "../run/with-installed-names.ts";
import * as parameters from "./parameters.ts";

export const ollamaCopy = defineTool({
  name: "ollama_copy",
  title: "Copy a model",
  description:
    "Gives an installed model a second name on the same instance; nothing is downloaded. A model of the new name is replaced. To change a model's system prompt or parameters use ollama_create.",
  input: z.strictObject({
    source: parameters.name.describe("Name of the installed model"),
    destination: parameters.name.describe("The new name"),
    instance: parameters.instance,
  }),
  data: () => z.strictObject({ status: z.string().describe("`success`") }),
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
  requiresManage: true,
  text: ({ status }) => status,
  async handler({ source, destination, instance }, { dependencies, signal }: ToolContext<CoreDependencies>) {
    const client = await dependencies.clientOf(instance);
    await withInstalledNames(client, source, { signal }, client.copy(source, destination, { signal }));
    return { data: { status: "success" }, details: { instance: client.instance.name } };
  },
});
