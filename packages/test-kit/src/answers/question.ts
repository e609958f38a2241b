import type { ChatRequest, GenerateRequest } from "@ollama-bridge/engine/protocol";
import type { Model, Question } from "../models/model-script.ts";

/** What a request asks of the model, and `text`: all that the model has to read. */
export function toQuestion(
  model: Model,
  request: GenerateRequest | ChatRequest,
): { question: Question; text: string } {
  const sees = model.capabilities.includes("vision");
  if (!("messages" in request)) {
    const { prompt = "", system = model.system, images = [] } = request as GenerateRequest;
    const question = { model: request.model, prompt, system, images: sees ? images : [], request };
    return { question, text: [system, prompt].filter(Boolean).join("\n") };
  }
  const { messages = [] } = request;
  const system = messages.filter(({ role }) => role === "system").map(({ content }) => content);
  if (!system.length && model.system) system.push(model.system);
  const last = messages.findLast(({ role }) => role !== "system" && role !== "assistant");
  const images = sees ? messages.flatMap((message) => message.images ?? []) : [];
  const said = messages.filter(({ role }) => role !== "system").map(({ content }) => content);
  return {
    question: {
      model: request.model,
      prompt: last?.content ?? "",
      system: system.join("\n"),
      images,
      request,
    },
    text: [...system, ...said].join("\n"),
  };
}
