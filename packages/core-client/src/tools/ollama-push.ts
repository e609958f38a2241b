import { defineTool, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import type { CoreDependencies } from "../core-dependencies.ts";
import { withInstalledNames } from "../run/with-installed-names.ts";
import * as parameters from "./parameters.ts";
import { reportTransfer } from "./report-transfer.ts";

export const ollamaPush = defineTool({
  name: "ollama_push",
  title: "Push a model",
  description:
    "Publishes an installed model to Ollama's library under its namespace (name/model). What is pushed is public. To bring a model here use ollama_pull.",
  input: z.strictObject({ model: parameters.model, instance: parameters.instance }),
  data: () => z.strictObject({ status: z.string().describe("What the server said last: `success`") }),
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
  requiresManage: true,
  text: ({ status }) => status,
  async handler({ model, instance }, { dependencies, signal, progress }: ToolContext<CoreDependencies>) {
    const client = await dependencies.clientOf(instance);
    const pushing = client.push({ model }, { signal, onEvent: reportTransfer(progress) });
    const { status = "" } = await withInstalledNames(client, model, { signal }, pushing);
    return { data: { status }, details: { instance: client.instance.name } };
  },
});
