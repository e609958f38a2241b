import { defineTool, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import type { CoreDeps } from "../core-deps.ts";
import { finishTransfer } from "../finish-transfer.ts";
import * as parameters from "./parameters.ts";

export const ollamaCreate = defineTool({
  name: "ollama_create",
  title: "Create a model",
  description:
    "Makes a model from an installed one with another system prompt, template, parameters or quantization. A model of that name is replaced. For a second name only use ollama_copy.",
  input: z.strictObject({
    model: parameters.model,
    from: z.string().min(1).describe("Name of the model it is made from"),
    system: parameters.system,
    template: z.string().optional().describe("Prompt template"),
    parameters: z.looseObject({}).optional().describe("Default options: temperature, num_ctx, stop …"),
    messages: z
      .array(z.strictObject({ role: z.enum(["system", "user", "assistant"]), content: z.string() }))
      .optional()
      .describe("Messages every conversation begins with"),
    quantize: z.string().optional().describe("Quantize to, e.g. q4_K_M"),
    license: z.string().optional().describe("License text"),
    instance: parameters.instance,
  }),
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
  managing: true,
  text: ({ status }: { status: string }) => status,
  async handler({ instance, ...body }, { deps, signal, progress }: ToolContext<CoreDeps>) {
    const client = await deps.clientOf(instance);
    const status = await finishTransfer(client.create(body, signal), progress);
    return { data: { status }, details: { instance: client.instance.name } };
  },
});
