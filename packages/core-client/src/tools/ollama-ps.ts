import { defineTool, looksUp, type ToolContext } from "@ollama-bridge/server-kit";
import { visibleLine } from "@ollama-bridge/server-kit/visible";
import * as z from "zod";
import type { CoreDeps } from "../core-deps.ts";

interface LoadedModelData {
  name: string;
  size_bytes: number;
  size_vram_bytes: number;
  context_length: number | null;
  expires_at: string;
}

export const ollamaPs = defineTool({
  name: "ollama_ps",
  title: "List loaded models",
  description:
    "Lists the models that are in memory now, with the memory they take and when they leave it. A loaded model answers at once, another has to load first. For all installed models use ollama_list_models.",
  input: z.strictObject({}),
  annotations: looksUp,
  text: ({ models }: { models: LoadedModelData[] }) =>
    models
      .map(({ name, size_bytes, expires_at }) =>
        visibleLine(`- ${name}: ${(size_bytes / 1e9).toFixed(1)} GB, until ${expires_at}`),
      )
      .join("\n") || "No model is loaded.",
  async handler(_args, { deps, signal }: ToolContext<CoreDeps>) {
    const client = await deps.clientOf(undefined);
    const loaded = await client.ps({ signal });
    const models = loaded.map(({ name, size, size_vram, context_length, expires_at }) => ({
      name,
      size_bytes: size,
      size_vram_bytes: size_vram,
      context_length: context_length ?? null,
      expires_at,
    }));
    return { data: { models } };
  },
});
