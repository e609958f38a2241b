import { FairQueue } from "@ollama-bridge/foundation";
import {
  keepAliveMs,
  type LoadRequest,
  type ModelOptions,
  modelNotFound,
  serverBusy,
} from "../protocol/index.ts";
import { nanoseconds } from "./generation.ts";
import type { LlamaRunner } from "./llama-runner.ts";
import type { ModelFacts } from "./model-facts.ts";
import { Residency } from "./residency.ts";
import { findServed, type ServedModel, servedModels } from "./served-models.ts";

const defaultContextLength = 4096;
const shortestContextLength = 4;
const defaultKeepAlive = "5m";
const longestQueue = 512;
const never = new AbortController().signal;

/** A request's time with the model. */
export type Turn<Loaded> = {
  loaded: Loaded;
  /** The request's options over those of the name it asked for. */
  options: ModelOptions;
  loadDuration: number;
  /** Nanoseconds since the request came. */
  totalDuration(): number;
  /** Gives the model to the next request. To be called always. */
  end(): void;
};

/** One model file, its names, and who may use it when. */
export class LlamaEngine {
  readonly facts: ModelFacts;
  readonly models: ServedModel[];
  readonly #runner: LlamaRunner;
  readonly #queue = new FairQueue(1);
  readonly #residency = new Residency((name) => void this.unload(name, undefined, true));

  constructor(facts: ModelFacts, runner: LlamaRunner) {
    this.facts = facts;
    this.models = servedModels(facts);
    this.#runner = runner;
  }

  find(name: string): ServedModel | undefined {
    return findServed(this.models, name);
  }

  /** Waits for the model to be free, and loads of it what the request needs. */
  async begin<Loaded>(
    request: LoadRequest,
    signal: AbortSignal,
    load: (runner: LlamaRunner, contextLength: number) => Promise<Loaded>,
  ): Promise<Turn<Loaded>> {
    const arrivedAt = performance.now();
    const served = this.find(request.model);
    if (!served) throw modelNotFound(request.model);
    const options = { ...served.defaults, ...withoutNulls(request.options) };
    const release = await this.#takeTurn(signal);
    try {
      const loadingAt = performance.now();
      const loaded = await load(this.#runner, this.#contextLength(options));
      this.#residency.use(served.name);
      return {
        loaded,
        options,
        loadDuration: nanoseconds(performance.now() - loadingAt),
        totalDuration: () => nanoseconds(performance.now() - arrivedAt),
        end: () => {
          this.#residency.keep(served.name, keepAliveMs(request.keep_alive ?? defaultKeepAlive));
          release();
        },
      };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Takes the name out of memory, and the model with its last name, as soon as nobody uses it. */
  async unload(name: string, signal?: AbortSignal, onlyExpired = false): Promise<void> {
    const release = await this.#takeTurn(signal);
    try {
      const expiresAt = this.#residency.expiresAt.get(name);
      if (onlyExpired && expiresAt && expiresAt.getTime() > Date.now()) return;
      this.#residency.forget(name);
      if (this.#residency.expiresAt.size === 0) await this.#runner.unload();
    } finally {
      release();
    }
  }

  /** Resolves when llama.cpp rests, after which the process may end: ending it in the midst of a load hangs. */
  async close(): Promise<void> {
    this.#runner.stopLoading();
    await this.#queue.take(never);
  }

  /** The loaded names, and until when. */
  residents(): { model: ServedModel; expiresAt: Date }[] {
    return this.models.flatMap((model) => {
      const expiresAt = this.#residency.expiresAt.get(model.name);
      return expiresAt ? [{ model, expiresAt }] : [];
    });
  }

  memory(): { sizeBytes: number; contextLength: number } {
    return { sizeBytes: this.#runner.memoryBytes(), contextLength: this.#runner.contextLength() };
  }

  /** Resolves when nobody else uses the model, with the function that lets the next one use it. */
  async #takeTurn(signal = never): Promise<() => void> {
    if (this.#queue.waitingIn() >= longestQueue) throw serverBusy();
    return this.#queue.take(signal);
  }

  #contextLength({ num_ctx = defaultContextLength }: ModelOptions): number {
    return Math.max(shortestContextLength, Math.min(num_ctx, this.facts.contextLength));
  }
}

/** Ollama takes an option that is null for one that is not given. */
const withoutNulls = (options: ModelOptions = {}): ModelOptions =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null));
