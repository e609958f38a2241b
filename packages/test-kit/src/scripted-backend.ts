import {
  type Call,
  type ChatPiece,
  type ChatRequest,
  type GeneratePiece,
  type GenerateRequest,
  modelNotFound,
  type OllamaBackend,
  OllamaHttpError,
} from "@ollama-bridge/engine/protocol";
import { acquire, fit, generation, nanoseconds } from "./answers/generation.ts";
import { create, pull, push } from "./answers/transfers.ts";
import { cloudUnreachable, fetchPage, search, signedOut } from "./answers/web-answers.ts";
import { wordVector } from "./answers/word-vectors.ts";
import type { Kit } from "./kit.ts";
import { toListing, toRunning, toShow } from "./models/model-listing.ts";
import type { Model } from "./models/model-script.ts";

/** What stands behind a scriptable Ollama. */
export function scriptedBackend(kit: Kit): OllamaBackend {
  const { options, models, scheduler } = kit;
  const installed = (name: string): Model => {
    const model = models.find(name);
    if (!model) throw modelNotFound(name);
    return model;
  };
  const speaking = (name: string, path: "generate" | "chat"): Model => {
    const model = installed(name);
    if (model.cloud === "unreachable") throw cloudUnreachable(`/api/${path}`);
    if (model.cloud === "signed-out") throw signedOut();
    if (!model.capabilities.includes("completion"))
      throw new OllamaHttpError(400, `${JSON.stringify(name)} does not support ${path}`);
    return model;
  };

  async function* generate(request: GenerateRequest, call: Call): AsyncGenerator<GeneratePiece> {
    const model = speaking(request.model, "generate");
    for await (const piece of generation(kit, model, request, call))
      if (!("tool_calls" in piece)) yield piece;
  }

  async function* chat(request: ChatRequest, call: Call): AsyncGenerator<ChatPiece> {
    const model = speaking(request.model, "chat");
    for await (const piece of generation(kit, model, request, call)) {
      if (piece.done) {
        const { context: _, ...end } = piece;
        yield end;
      } else if ("response" in piece) yield { message: { content: piece.response } };
      else yield { message: piece };
    }
  }

  return {
    version: options.version,
    find: async (name) => models.find(name),
    tags: async () => ({ models: models.list().map((model) => toListing(model, options)) }),
    ps: async () => ({ models: scheduler.loaded().map(toRunning) }),
    show: async ({ model }) => toShow(installed(model)),
    async load(request, { signal }) {
      const lease = await acquire(kit, installed(request.model), request, signal);
      lease.release();
    },
    unload: async ({ model }) => scheduler.unload(installed(model).name),
    generate,
    chat,
    async embed(request, { signal }) {
      const model = installed(request.model);
      const startedAt = performance.now();
      const lease = await acquire(kit, model, request, signal);
      try {
        const tokens = request.input.map((text) => fit(kit, model, text, request));
        await kit.gates.reach("done", { model: model.name }, signal);
        return {
          embeddings: tokens.map((kept) => wordVector(kept.join(""), model.embedding_length)),
          total_duration: nanoseconds(performance.now() - startedAt),
          load_duration: nanoseconds(lease.loadMs),
          prompt_eval_count: tokens.flat().length,
        };
      } finally {
        lease.release();
      }
    },
    pull: (request, call) => pull(kit, request, call),
    push: (request) => push(kit, request.model),
    create: (request) => create(kit, request),
    copy: async ({ source, destination }) => models.copy(installed(source), destination),
    async delete({ model }) {
      scheduler.unload(installed(model).name);
      models.remove(model);
    },
    webSearch: async ({ query, max_results }) => search(options.web, query, max_results),
    webFetch: async ({ url }) => fetchPage(options.web, url),
    status: async () => ({ cloud: { disabled: false, source: "none" } }),
    me: async () => {
      throw new OllamaHttpError(503, "account unavailable");
    },
  };
}
