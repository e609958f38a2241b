import { formatGrammar } from "./llama/answer-format.ts";
import { embedTexts } from "./llama/embedding.ts";
import { generateText } from "./llama/generation.ts";
import type { LlamaEngine } from "./llama/llama-engine.ts";
import { managementOf } from "./llama/management.ts";
import type { Prompt } from "./llama/prompt.ts";
import { conversationPrompt, generatePrompt, type Place } from "./llama/prompt-input.ts";
import type { ServedModel } from "./llama/served-models.ts";
import { capabilities, showAnswer } from "./llama/show-answer.ts";
import {
  type ChatRequest,
  type GenerateRequest,
  modelNotFound,
  type OllamaBackend,
  type RunningModel,
} from "./protocol/index.ts";

/** Ollama's protocol is that of 0.25; what follows says who speaks it. */
const version = "0.25.0+ollama-bridge-engine";

/** What Ollama's protocol asks for, done by llama.cpp with one model file. */
export function llamaBackend(engine: LlamaEngine): OllamaBackend {
  const { facts } = engine;
  const { details, sizeBytes: size, modifiedAt: modified_at } = facts;
  const lengths = { context_length: facts.contextLength, embedding_length: facts.embeddingLength };
  const named = ({ name, digest }: ServedModel) => ({ name, model: name, digest });

  /** Yields what `toPiece` makes of the answer's text; returns the end, and the tokens of prompt and answer. */
  async function* run<Piece>(
    request: GenerateRequest | ChatRequest,
    signal: AbortSignal,
    toPrompt: (place: Place) => Prompt,
    toPiece: (text: string) => Piece,
  ) {
    const turn = await engine.begin(request, signal, (runner, contextLength) => runner.place(contextLength));
    try {
      const { loaded, options } = turn;
      const prompt = toPrompt({ ...loaded, options });
      const grammar = await formatGrammar(loaded.llama, loaded.model, request.format);
      const task = { ...loaded, options, prompt, grammar, shift: request.shift ?? true, signal };
      const { doneReason, tokens, metrics } = yield* generateText(task, toPiece);
      const times = { total_duration: turn.totalDuration(), load_duration: turn.loadDuration };
      const end = { done: true, done_reason: doneReason, ...times, ...metrics } as const;
      return { end, tokens: [...prompt.tokens, ...tokens] };
    } finally {
      turn.end();
    }
  }

  return {
    version,
    ...managementOf(engine),
    async find(name) {
      return engine.find(name) && { capabilities };
    },
    async tags() {
      const models = engine.models.map((model) => ({
        ...named(model),
        modified_at,
        size,
        details: { ...details, ...lengths },
        capabilities,
      }));
      return { models };
    },
    async ps() {
      const { sizeBytes, contextLength } = engine.memory();
      const models = engine.residents().map(
        ({ model, expiresAt }): RunningModel => ({
          ...named(model),
          size: sizeBytes,
          details,
          expires_at: expiresAt.toISOString(),
          size_vram: 0,
          context_length: contextLength,
        }),
      );
      return { models };
    },
    async show({ model: name, verbose }) {
      const model = engine.find(name);
      if (!model) throw modelNotFound(name);
      return showAnswer(facts, model, verbose);
    },
    async load(request, { signal }) {
      const turn = await engine.begin(request, signal, (runner, length) => runner.place(length));
      turn.end();
    },
    async unload({ model }, { signal }) {
      const served = engine.find(model);
      if (served) await engine.unload(served.name, signal);
    },
    async *generate(request, { signal }) {
      const toPrompt = (place: Place) => generatePrompt(facts, place, request);
      const { end, tokens } = yield* run(request, signal, toPrompt, (response) => ({ response }));
      yield { ...end, context: tokens };
    },
    async *chat(request, { signal }) {
      const toPrompt = (place: Place) => conversationPrompt(facts, place, request);
      const { end } = yield* run(request, signal, toPrompt, (content) => ({ message: { content } }));
      yield end;
    },
    async embed(request, { signal }) {
      const turn = await engine.begin(request, signal, async (runner, contextLength) => {
        await runner.model();
        return { runner, contextLength };
      });
      try {
        const { runner, contextLength } = turn.loaded;
        const embedded = await embedTexts(runner, contextLength, request, signal);
        return { ...embedded, total_duration: turn.totalDuration(), load_duration: turn.loadDuration };
      } finally {
        turn.end();
      }
    },
  };
}
