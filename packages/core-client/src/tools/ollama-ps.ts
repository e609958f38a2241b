import { visibleLine } from "@ollama-bridge/foundation";
import { defineTool, readOnlyHints, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import type { CoreDependencies } from "../core-dependencies.ts";
import { warningsData } from "./run-data.ts";

/** A field is null where the server does not tell. */
const loadedData = () =>
  z.strictObject({
    models: z.array(
      z.strictObject({
        name: z.string().describe("Name of the model"),
        size_bytes: z.number().nullable().describe("Memory it takes in all"),
        size_vram_bytes: z.number().nullable().describe("The part of it in GPU memory"),
        context_length: z.number().nullable().describe("Context it is loaded with, in tokens"),
        expires_at: z.string().nullable().describe("When it leaves memory, ISO 8601"),
      }),
    ),
    warnings: warningsData("Entries of the server's list that could not be used"),
  });

type LoadedModelData = z.output<ReturnType<typeof loadedData>>["models"][number];

export const ollamaPs = defineTool({
  name: "ollama_ps",
  title: "List loaded models",
  description:
    "Lists the models that are in memory now, with the memory they take and when they leave it. A loaded model answers at once, another has to load first. For all installed models use ollama_list_models.",
  input: z.strictObject({}),
  data: loadedData,
  annotations: readOnlyHints,
  text: ({ models, warnings = [] }) =>
    [...(models.length > 0 ? models.map(line) : ["No model is loaded."]), ...warnings]
      .map(visibleLine)
      .join("\n"),
  async handler(_args, { dependencies, signal }: ToolContext<CoreDependencies>) {
    const client = await dependencies.clientOf(undefined);
    const loaded = await client.ps({ signal });
    const models = loaded.models.map(({ name, size, size_vram, context_length, expires_at }) => ({
      name,
      size_bytes: size ?? null,
      size_vram_bytes: size_vram ?? null,
      context_length: context_length ?? null,
      expires_at: expires_at ?? null,
    }));
    const { warnings } = loaded;
    return { data: { models, ...(warnings.length > 0 ? { warnings } : {}) } };
  },
});

function line({ name, size_bytes, expires_at }: LoadedModelData): string {
  const size = size_bytes === null ? "?" : (size_bytes / 1e9).toFixed(1);
  return `- ${name}: ${size} GB, until ${expires_at ?? "?"}`;
}
