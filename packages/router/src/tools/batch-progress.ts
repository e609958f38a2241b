import type { RunEvent } from "@ollama-bridge/core-client";
import { firstWords } from "@ollama-bridge/core-client/tools";
import type { ProgressReporter } from "@ollama-bridge/server-kit";

/** Where each of several models stands, in one message: `a: done, b: generating, 12 tokens`. */
export class BatchProgress {
  readonly #reporter: ProgressReporter;
  readonly #states: { model: string; state: string }[];

  constructor(reporter: ProgressReporter, models: readonly string[]) {
    this.#reporter = reporter;
    this.#states = models.map((model) => ({ model, state: "queued" }));
  }

  tell(index: number, event: RunEvent): void {
    this.#set(index, event.type === "generating" ? `generating, ${event.tokens} tokens` : event.type);
    this.#reporter.update(this.#standing);
  }

  /** Sends the beginning of what a model came to, so that a fast answer is there before the slow ones. */
  ended(index: number, state: string, text: string): void {
    this.#set(index, state);
    const { model } = this.#states[index] ?? {};
    void this.#reporter.emit(`${this.#standing} · ${model}: ${firstWords(text)}`, this.#standing);
  }

  #set(index: number, state: string): void {
    const entry = this.#states[index];
    if (entry !== undefined) entry.state = state;
  }

  get #standing(): string {
    return this.#states.map(({ model, state }) => `${model}: ${state}`).join(", ");
  }
}
