import { availableParallelism } from "node:os";
import {
  getLlama,
  type Llama,
  type LlamaContext,
  type LlamaContextSequence,
  type LlamaEmbeddingContext,
  type LlamaModel,
} from "node-llama-cpp";

const embeddingStep = 512;
/**
 * Half of the processors: llama.cpp's threads spin while they wait for each other, so one that has to share its
 * processor with another program holds up all of them.
 */
const threads = Math.max(1, Math.floor(availableParallelism() / 2));

/** The model with its one context, of `contextLength` tokens. */
export type LoadedPlace = {
  llama: Llama;
  model: LlamaModel;
  sequence: LlamaContextSequence;
  contextLength: number;
};

/** The model in memory, with one context. Its methods must not be called at the same time. */
export class LlamaRunner {
  readonly #file: string;
  readonly #stop = new AbortController();
  #llama: Llama | undefined;
  #model: LlamaModel | undefined;
  #context: LlamaContext | undefined;
  /** As asked for: llama.cpp makes its context somewhat longer. */
  #contextLength: number | undefined;
  #sequence: LlamaContextSequence | undefined;
  #embedder: { context: LlamaEmbeddingContext; size: number } | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  /** llama.cpp itself. Throws where it has no build for this machine. */
  async llama(): Promise<Llama> {
    this.#llama ??= await getLlama({
      build: "never",
      skipDownload: true,
      progressLogs: false,
      gpu: false,
      maxThreads: threads,
      logger: () => {},
    });
    return this.#llama;
  }

  async model(): Promise<LlamaModel> {
    const llama = await this.llama();
    this.#model ??= await llama.loadModel({ modelPath: this.#file, loadSignal: this.#stop.signal });
    return this.#model;
  }

  /** Another length than before starts with an empty context. */
  async place(contextLength: number): Promise<LoadedPlace> {
    const [llama, model] = [await this.llama(), await this.model()];
    if (!this.#sequence || this.#contextLength !== contextLength) {
      this.#sequence = undefined;
      await this.#context?.dispose();
      this.#contextLength = contextLength;
      this.#context = await model.createContext({ contextSize: contextLength, threads });
      this.#sequence = this.#context.getSequence();
    }
    return { llama, model, sequence: this.#sequence, contextLength };
  }

  /** A place for embeddings of texts up to this many tokens; it grows when it must. */
  async embedder(tokens: number): Promise<LlamaEmbeddingContext> {
    const model = await this.model();
    if (this.#embedder && this.#embedder.size > tokens) return this.#embedder.context;
    await this.#embedder?.context.dispose();
    this.#embedder = undefined;
    const size = (Math.floor(tokens / embeddingStep) + 1) * embeddingStep;
    const context = await model.createEmbeddingContext({ contextSize: size, threads });
    this.#embedder = { context, size };
    return context;
  }

  contextLength(): number {
    return this.#contextLength ?? this.#embedder?.size ?? 0;
  }

  memoryBytes(): number {
    const used = [this.#model, this.#context].map((part) => part?.memoryUsage.ram ?? 0);
    return Math.round(used.reduce((sum, bytes) => sum + bytes, 0));
  }

  /** Ends a load that is under way, and lets no other begin. */
  stopLoading(): void {
    this.#stop.abort();
  }

  async unload(): Promise<void> {
    await this.#model?.dispose();
    this.#model = this.#context = this.#contextLength = this.#sequence = this.#embedder = undefined;
  }
}
