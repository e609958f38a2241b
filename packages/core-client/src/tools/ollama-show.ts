import { visibleLine } from "@ollama-bridge/foundation";
import { defineTool, readOnlyHints, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import type { CoreDependencies } from "../core-dependencies.ts";
import { contextLimit } from "../run/context-length.ts";
import * as parameters from "./parameters.ts";

/** A field is null or empty where the server does not tell. */
const showData = () =>
  z.strictObject({
    capabilities: z.array(z.string()).describe("What it can do: completion, vision, tools …"),
    context_length: z.number().nullable().describe("Longest context in tokens"),
    parameter_size: z.string().nullable().describe("Number of parameters, such as 3.2B"),
    quantization: z.string().nullable().describe("Quantization, such as Q4_K_M"),
    family: z.string().nullable().describe("Family of models"),
    template: z.string().describe("Prompt template"),
    system: z.string().describe("Built-in system prompt"),
    parameters: z.string().describe("Default options, one per line"),
    license: z.string().describe("First line of the license"),
  });

export const ollamaShow = defineTool({
  name: "ollama_show",
  title: "Show a model",
  description:
    "Tells what one installed model can do: capabilities (vision, tools, thinking, embedding), context length, size, quantization, template, parameters, license. For the names of all installed models use ollama_list_models.",
  input: z.strictObject({ model: parameters.model }),
  data: showData,
  annotations: readOnlyHints,
  text: (data) =>
    [
      `- capabilities: ${data.capabilities.join(", ") || "unknown"}`,
      `- context length: ${data.context_length ?? "unknown"} tokens`,
      `- size: ${data.parameter_size ?? "unknown"}, ${data.quantization ?? "unknown quantization"}`,
      `- family: ${data.family ?? "unknown"}`,
      ...(data.license === "" ? [] : [`- license: ${data.license}`]),
    ]
      .map(visibleLine)
      .join("\n"),
  async handler({ model }, { dependencies, signal }: ToolContext<CoreDependencies>) {
    const info = await dependencies.runner.show(model, { signal });
    const { parameter_size, quantization_level, family } = info.details;
    return {
      data: {
        capabilities: info.capabilities ?? [],
        context_length: contextLimit(info) ?? null,
        parameter_size: parameter_size ?? null,
        quantization: quantization_level ?? null,
        family: family ?? null,
        template: info.template ?? "",
        system: info.system ?? "",
        parameters: info.parameters ?? "",
        license: info.license?.trim().split("\n")[0]?.trim() ?? "",
      },
    };
  },
});
