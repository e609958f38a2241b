import type { ModelSummary } from "@ollama-bridge/core-client";
import { defineTool, looksUp, type ToolContext } from "@ollama-bridge/server-kit";
import { visibleLine } from "@ollama-bridge/server-kit/visible";
import * as z from "zod";
import type { ConsultDeps } from "../consult-deps.ts";

interface ListedModel {
  name: string;
  /** Number of parameters, such as 3.2B; null when the server does not tell. */
  size: string | null;
  size_bytes: number;
  modified_at: string;
  digest: string;
  details: { parameter_size: string | null; quantization_level: string | null };
}

interface ListData {
  models: ListedModel[];
  count: number;
  ollama_version: string;
}

export const listOllamaModels = defineTool({
  name: "list_ollama_models",
  title: "List models to consult",
  description:
    "Lists the models that can be consulted, compared and chained, with parameters, quantization and size on disk, and Ollama's version. Use it before naming a model to consult_ollama, compare_ollama_models or sequential_consultation_chain.",
  input: z.strictObject({}),
  annotations: looksUp,
  text: ({ models, ollama_version }: ListData) =>
    models.length === 0
      ? "No models found."
      : [...models.map(line), "", `Ollama ${ollama_version}`].map(visibleLine).join("\n"),
  async handler(_args, { deps, signal }: ToolContext<ConsultDeps>) {
    const [models, version, client] = await Promise.all([
      deps.runner.list({ signal }),
      deps.runner.version({ signal }),
      deps.clientOf(undefined),
    ]);
    return {
      data: { models: models.map(listed), count: models.length, ollama_version: version },
      metadata: { endpoint: client.instance.url },
    };
  },
});

function listed({ name, size, modified_at, digest, details }: ModelSummary): ListedModel {
  const parameter_size = details?.parameter_size || null;
  return {
    name,
    size: parameter_size,
    size_bytes: size,
    modified_at,
    digest: digest.startsWith("sha256:") ? digest : `sha256:${digest}`,
    details: { parameter_size, quantization_level: details?.quantization_level || null },
  };
}

const line = ({ name, size, size_bytes, details }: ListedModel) =>
  `- ${name}: ${[size, details.quantization_level, `${(size_bytes / 1e9).toFixed(1)} GB`].filter(Boolean).join(", ")}`;
