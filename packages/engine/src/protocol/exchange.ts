import type { IncomingMessage, ServerResponse } from "node:http";
import type { Call, FoundModel, OllamaBackend } from "./backend.ts";
import { modelNotFound, type OllamaHttpError, unsupported } from "./errors.ts";

/** One request on its way to an answer. */
export type Exchange = {
  request: IncomingMessage;
  response: ServerResponse;
  backend: Required<OllamaBackend>;
  call: Call;
};

export type Handler = (exchange: Exchange) => Promise<void>;

type Wants = { suffix?: string; tools?: unknown[]; think?: unknown };

/** The model that the request names, or the 404 that Ollama answers when it is not there. */
export async function findModel(
  { backend, call }: Exchange,
  model: string,
  notFound: (model: string) => OllamaHttpError = modelNotFound,
): Promise<FoundModel> {
  const found = model ? await backend.find(model, call) : undefined;
  if (!found) throw notFound(model);
  return found;
}

/** Throws what Ollama answers when the model cannot do what the request asks for. */
export function requireCapabilities(found: FoundModel, model: string, wants: Wants): void {
  const needed = [
    ...(wants.think ? ["thinking"] : []),
    ...(wants.suffix ? ["insert"] : []),
    ...(wants.tools?.length ? ["tools"] : []),
  ];
  for (const capability of needed)
    if (!found.capabilities.includes(capability)) throw unsupported(model, capability);
}
