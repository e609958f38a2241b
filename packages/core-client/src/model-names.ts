import { BridgeError } from "@ollama-bridge/server-kit/errors";
import { asData } from "@ollama-bridge/server-kit/visible";
import leven from "leven";

/** `llama3.2` is `llama3.2:latest`, as Ollama has it. */
export function canonicalName(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1).includes(":") ? name : `${name}:latest`;
}

/** Whether it leaves the choice to a router: `auto`, or `auto:` and a category. */
export function isRouted(model: string): boolean {
  return model === "auto" || model.startsWith("auto:");
}

const SUGGESTIONS = 3;

/** MODEL_NOT_FOUND with the nearest installed names; `details` has model, available and suggestions. */
export function modelNotFound(model: string, available: string[], where: string): BridgeError {
  const distance = (name: string) => leven(family(name), family(model)) + leven(name, model) / 100;
  const suggestions = [...available].sort((a, b) => distance(a) - distance(b)).slice(0, SUGGESTIONS);
  if (isRouted(model))
    return new BridgeError("MODEL_NOT_FOUND", `Nothing here chooses a model: ${model} is no name of one`, {
      details: { model, available, suggestions: available.slice(0, SUGGESTIONS) },
      hint: `Name a model${available.length > 0 ? `: ${available.map(asData).join(", ")}` : ""}.`,
    });
  const nearest = suggestions.length > 0 ? `Nearest installed: ${suggestions.map(asData).join(", ")}. ` : "";
  return new BridgeError("MODEL_NOT_FOUND", `${model} is not installed on ${where}`, {
    details: { model, available, suggestions },
    hint: `${nearest}Use one of them, or pull it: ollama pull ${model}`,
  });
}

const family = (name: string) => name.split(":")[0]?.toLowerCase() ?? "";
