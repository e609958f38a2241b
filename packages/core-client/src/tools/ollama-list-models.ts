import { visibleLine } from "@ollama-bridge/foundation";
import { defineTool, readOnlyHints, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import type { CoreDependencies } from "../core-dependencies.ts";
import { warningsData } from "./run-data.ts";

/** Fields are as Ollama's own list has them; servers that look like Ollama leave out all but the name. */
const modelListData = () =>
  z.strictObject({
    models: z.array(
      z.strictObject({
        name: z.string().describe("Name of the model"),
        modified_at: z.string().optional().describe("When it last changed, ISO 8601"),
        size: z.number().optional().describe("Size on disk in bytes"),
        digest: z.string().optional().describe("Digest of the model"),
        details: z
          .strictObject({
            parent_model: z.string().optional().describe("The model it was made from"),
            format: z.string().optional().describe("Format of the file, such as gguf"),
            family: z.string().optional().describe("Family of models"),
            families: z.array(z.string()).optional().describe("All its families"),
            parameter_size: z.string().optional().describe("Number of parameters, such as 3.2B"),
            quantization_level: z.string().optional().describe("Quantization, such as Q4_K_M"),
            context_length: z.number().optional().describe("Longest context in tokens"),
            embedding_length: z.number().optional().describe("Length of its embeddings"),
          })
          .describe("How the model is made"),
        capabilities: z.array(z.string()).optional().describe("What it can do, where the list says so"),
        remote_model: z.string().optional().describe("Of a pointer to a cloud model: its name there"),
        remote_host: z.string().optional().describe("Of a pointer to a cloud model: its address"),
      }),
    ),
    warnings: warningsData("Entries of the server's list that could not be used"),
  });

export const ollamaListModels = defineTool({
  name: "ollama_list_models",
  title: "List installed models",
  description:
    "Lists the models installed on this Ollama, one name and size a line. Use it before naming a model. For what is in memory now use ollama_ps, for one model's abilities ollama_show.",
  input: z.strictObject({}),
  data: modelListData,
  annotations: readOnlyHints,
  text: ({ models, warnings = [] }) => {
    const lines = models.map(({ name, size = 0 }) => `${name} (${Math.round(size / 1e9)}GB)`);
    return [...(lines.length > 0 ? lines : ["No models found."]), ...warnings].map(visibleLine).join("\n");
  },
  async handler(_args, { dependencies, signal }: ToolContext<CoreDependencies>) {
    const { models, warnings } = await dependencies.runner.list({ signal });
    return { data: { models, ...(warnings.length > 0 ? { warnings } : {}) } };
  },
});
