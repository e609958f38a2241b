import type { OllamaHttpError } from "@ollama-bridge/engine/protocol";
import { modelNotFound } from "@ollama-bridge/engine/protocol";
import type { RequestRecord } from "../counters.ts";
import { noEmbeddings, noImages } from "../faults/told-errors.ts";
import type { Kit } from "../kit.ts";
import { fullName } from "../models/model-store.ts";

/** What Ollama 0.33 refuses where 0.25 answered, or refuses in other words. */
export function newerRefusal(
  { options, models }: Kit,
  { path, model = "", body }: RequestRecord,
): OllamaHttpError | undefined {
  if (options.like === "0.25" || model === "") return undefined;
  const found = models.find(model);
  if (found === undefined) return path === "/api/show" ? modelNotFound(fullName(model)) : undefined;
  const asked = typeof body === "object" && body !== null ? body : {};
  if (bringsImages(asked) && !found.capabilities.includes("vision")) return noImages();
  const embeds = found.capabilities.includes("embedding");
  if (path === "/api/embed" && !embeds && "input" in asked && asked.input !== "") return noEmbeddings(501);
  return path === "/api/embeddings" && !embeds ? noEmbeddings(500) : undefined;
}

function bringsImages(body: object): boolean {
  if ("images" in body && Array.isArray(body.images)) return body.images.length > 0;
  return (
    "messages" in body &&
    Array.isArray(body.messages) &&
    body.messages.some((message) => message?.images?.length > 0)
  );
}
