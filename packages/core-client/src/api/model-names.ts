import { asData, type BridgeError } from "@ollama-bridge/foundation";
import leven from "leven";
import { coreErrors } from "../core-errors.ts";

/** `llama3.2` is `llama3.2:latest`, as Ollama has it. */
export function canonicalName(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1).includes(":") ? name : `${name}:latest`;
}

/** Whether it leaves the choice to a router: `auto`, or `auto:` and a category. */
export function isRouted(model: string): boolean {
  return model === "auto" || model.startsWith("auto:");
}

const SUGGESTIONS = 3;
/** What follows says little about likeness, and the time to compare grows with the square. */
const COMPARED_LENGTH = 64;

/** MODEL_NOT_FOUND with the nearest installed names; `details` has model, available and suggestions. */
export function modelNotFound(model: string, available: string[], where: string): BridgeError {
  const suggestions = available
    .map((name) => ({ name, distance: distance(name, model) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, SUGGESTIONS)
    .map(({ name }) => name);
  if (isRouted(model))
    return coreErrors.create("MODEL_NOT_FOUND", `Nothing here chooses a model: ${model} is no name of one`, {
      details: { model, available, suggestions: available.slice(0, SUGGESTIONS) },
      hint: `Name a model${available.length > 0 ? `: ${available.map(asData).join(", ")}` : ""}.`,
    });
  const nearest = suggestions.length > 0 ? `Nearest installed: ${suggestions.map(asData).join(", ")}. ` : "";
  return coreErrors.create("MODEL_NOT_FOUND", `${model} is not installed on ${where}`, {
    details: { model, available, suggestions },
    hint: `${nearest}Use one of them, or pull it: ollama pull ${model}`,
  });
}

function distance(name: string, other: string): number {
  const [one, two] = [name.slice(0, COMPARED_LENGTH), other.slice(0, COMPARED_LENGTH)];
  return leven(family(one), family(two)) + leven(one, two) / 100;
}

const family = (name: string) => name.split(":")[0]?.toLowerCase() ?? "";
