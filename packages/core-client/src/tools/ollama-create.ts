import { MAX_LIST_LENGTH, MAX_NAME_LENGTH } from "@ollama-bridge/foundation";
import { defineTool, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import { isSameModel } from "../api/model-names.ts";
import type { OllamaClient } from "../api/ollama-client.ts";
import type { CoreDependencies } from "../core-dependencies.ts";
import { notInstalled } from "../run/with-installed-names.ts";
import * as parameters from "./parameters.ts";
import { reportTransfer } from "./report-transfer.ts";

export const ollamaCreate = defineTool({
  name: "ollama_create",
  title: "Create a model",
  description:
    "Makes a model from an installed one with another system prompt, template, parameters or quantization. A model of that name is replaced. For a second name only use ollama_copy.",
  input: z.strictObject({
    model: parameters.model,
    from: parameters.name.describe("Name of the model it is made from"),
    system: parameters.system,
    template: parameters.text.optional().describe("Prompt template"),
    parameters: z.looseObject({}).optional().describe("Default options: temperature, num_ctx, stop …"),
    messages: z
      .array(z.strictObject({ role: z.enum(["system", "user", "assistant"]), content: parameters.text }))
      .max(MAX_LIST_LENGTH)
      .optional()
      .describe("Messages every conversation begins with"),
    quantize: z.string().max(MAX_NAME_LENGTH).optional().describe("Quantize to, e.g. q4_K_M"),
    license: parameters.text.optional().describe("License text"),
    instance: parameters.instance,
  }),
  data: () => z.strictObject({ status: z.string().describe("What the server said last: `success`") }),
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
  requiresManage: true,
  text: ({ status }) => status,
  async handler({ instance, ...body }, { dependencies, signal, progress }: ToolContext<CoreDependencies>) {
    const client = await dependencies.clientOf(instance);
    if (!dependencies.mayPull(body.from)) await requireInstalled(client, body.from, signal);
    const { status = "" } = await client.create(body, { signal, onEvent: reportTransfer(progress) });
    return { data: { status }, details: { instance: client.instance.name } };
  },
});

/** Ollama would download it, which nobody asked for. */
async function requireInstalled(client: OllamaClient, model: string, signal: AbortSignal): Promise<void> {
  const { models } = await client.list({ signal });
  if (!models.some(({ name }) => isSameModel(name, model))) throw notInstalled(client, model, models);
}
