import { coreErrors, type ModelSummary } from "@ollama-bridge/core-client";
import { warningsData } from "@ollama-bridge/core-client/tools";
import { visibleLine } from "@ollama-bridge/foundation";
import { defineTool, readOnlyHints, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import type { ConsultDependencies } from "../consult-dependencies.ts";

/** A field is null where the server does not tell. */
const listedModelsData = () =>
  z.strictObject({
    models: z.array(
      z.strictObject({
        name: z.string().describe("Name of the model"),
        size: z.string().nullable().describe("Number of parameters, such as 3.2B"),
        size_bytes: z.number().nullable().describe("Size on disk"),
        modified_at: z.string().nullable().describe("When it last changed, ISO 8601"),
        digest: z.string().nullable().describe("Digest of the model"),
        details: z.strictObject({
          parameter_size: z.string().nullable().describe("Number of parameters, such as 3.2B"),
          quantization_level: z.string().nullable().describe("Quantization, such as Q4_K_M"),
        }),
      }),
    ),
    count: z.int().describe("Number of models"),
    ollama_version: z.string().nullable().describe("Version of the server"),
    warnings: warningsData("Entries of the server's lists that could not be used"),
  });

type ListedModel = z.output<ReturnType<typeof listedModelsData>>["models"][number];

export const listOllamaModels = defineTool({
  name: "list_ollama_models",
  title: "List models to consult",
  description:
    "Lists the models that can be consulted, compared and chained, with parameters, quantization and size on disk, and Ollama's version. Use it before naming a model to consult_ollama, compare_ollama_models or sequential_consultation_chain.",
  input: z.strictObject({}),
  data: listedModelsData,
  annotations: readOnlyHints,
  text: ({ models, ollama_version, warnings = [] }) =>
    models.length === 0
      ? ["No models found.", ...warnings].map(visibleLine).join("\n")
      : [...models.map(line), "", `Ollama ${ollama_version ?? "of an unknown version"}`, ...warnings]
          .map(visibleLine)
          .join("\n"),
  async handler(_args, { dependencies, signal }: ToolContext<ConsultDependencies>) {
    const [{ models, warnings }, version, client] = await Promise.all([
      dependencies.runner.list({ signal }),
      versionOf(dependencies, signal),
      dependencies.clientOf(undefined),
    ]);
    return {
      data: {
        models: models.map(listed),
        count: models.length,
        ollama_version: version,
        ...(warnings.length > 0 ? { warnings } : {}),
      },
      metadata: { endpoint: client.instance.url },
    };
  },
});

/** Servers that look like Ollama have no such path; what they list is used all the same. */
async function versionOf({ runner }: ConsultDependencies, signal: AbortSignal): Promise<string | null> {
  try {
    return await runner.version({ signal });
  } catch (error) {
    if (coreErrors.is(error, "OLLAMA_PROCESSING_ERROR")) return null;
    throw error;
  }
}

function listed({ name, size, modified_at, digest, details }: ModelSummary): ListedModel {
  const parameter_size = details.parameter_size || null;
  return {
    name,
    size: parameter_size,
    size_bytes: size ?? null,
    modified_at: modified_at ?? null,
    digest: digest === undefined || digest.startsWith("sha256:") ? (digest ?? null) : `sha256:${digest}`,
    details: { parameter_size, quantization_level: details.quantization_level || null },
  };
}

function line({ name, size, size_bytes, details }: ListedModel): string {
  const disk = size_bytes === null ? null : `${(size_bytes / 1e9).toFixed(1)} GB`;
  const facts = [size, details.quantization_level, disk].filter((fact) => fact !== null);
  return `- ${name}: ${facts.join(", ") || "?"}`;
}
