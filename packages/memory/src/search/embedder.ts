import type { Logger } from "@ollama-bridge/server-kit";
import type { MemoryStore } from "../store/memory-store.ts";
import { dropOtherDimensions, saveVector, unembedded } from "../store/vectors.ts";

/** One vector for each text, all of one length. */
export type Embed = (texts: string[], limits: { signal?: AbortSignal }) => Promise<number[][]>;

const BATCH = 16;
/** After a failure the model is left in peace so long. */
const PAUSE_MS = 10_000;

/** Keeps a vector of the configured model for every entry, in the background. */
export class Embedder {
  readonly model: string;
  readonly #embed: Embed;
  readonly #closing = new AbortController();
  #running: Promise<void> | undefined;
  #again = false;
  #pausedUntilMs = 0;

  constructor(model: string, embed: Embed) {
    this.model = model;
    this.#embed = embed;
  }

  /** The vector of a search. Entries whose vectors have another length are made anew. */
  async query(store: MemoryStore, text: string, signal: AbortSignal): Promise<number[]> {
    const [vector = []] = await this.#embed([text], { signal });
    await dropOtherDimensions(store.sql, this.model, vector.length);
    return vector;
  }

  /** Makes what vectors are missing; the promise ends when none is, or when the model fails. */
  catchUp(store: MemoryStore, log: Logger): Promise<void> {
    this.#again = true;
    this.#running ??= this.#run(store, log).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #run(store: MemoryStore, log: Logger): Promise<void> {
    if (performance.now() < this.#pausedUntilMs) return;
    try {
      while (this.#again) {
        this.#again = false;
        await this.#embedMissing(store);
      }
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      this.#pausedUntilMs = performance.now() + PAUSE_MS;
      log.warn(
        { model: this.model, err: (error as Error).message },
        "entries could not be embedded; later again",
      );
    }
  }

  async #embedMissing(store: MemoryStore): Promise<void> {
    const { signal } = this.#closing;
    for (;;) {
      const entries = await unembedded(store.sql, this.model, BATCH);
      if (entries.length === 0 || signal.aborted) return;
      const vectors = await this.#embed(
        entries.map(({ text }) => text),
        { signal },
      );
      for (const [index, entry] of entries.entries()) {
        const vector = vectors[index];
        if (vector === undefined)
          throw new Error(`${this.model} gave ${vectors.length} vectors for ${entries.length} texts`);
        await saveVector(store.sql, this.model, entry, vector);
      }
    }
  }

  /** Ends what is running; entries without a vector get theirs next time. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }
}
