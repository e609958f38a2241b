import { visibleLine } from "@ollama-bridge/foundation";
import { defineTool, readOnlyHints, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import type { CoreDependencies } from "../core-dependencies.ts";
import { contextLimit } from "../run/context-length.ts";
import * as parameters from "./parameters.ts";

interface ShowData {
  capabilities: string[];
  context_length: number | null;
  parameter_size: string | null;
  quantization: string | null;
  family: string | null;
  template: string;
  system: string;
  parameters: string;
  license: string;
}

export const ollamaShow = defineTool({
  name: "ollama_show",
  title: "Show a model",
  description:
    "Tells what one installed model can do: capabilities (vision, tools, thinking, embedding), context length, size, quantization, template, parameters, license. For the names of all installed models use ollama_list_models.",
  input: z.strictObject({ model: parameters.model }),
  annotations: readOnlyHints,
  text: (data: ShowData) =>
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
