import type { RunEvent } from "@ollama-bridge/core-client";
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
    this.ended(index, event.type === "generating" ? `generating, ${event.tokens} tokens` : event.type);
  }

  ended(index: number, state: string): void {
    const entry = this.#states[index];
    if (entry === undefined) return;
    entry.state = state;
    this.#reporter.update(this.#states.map((each) => `${each.model}: ${each.state}`).join(", "));
  }
}
