import type { Envelope } from "./envelope.ts";
import { Counts, type Metric } from "./metrics.ts";

/** Counts the calls of tools, by what they came to. */
export class CallMetrics {
  readonly #calls = new Counts();
  readonly #seconds = new Counts();
  readonly #timed = new Counts();

  record({ status, error, metadata: { tool } }: Envelope, ms: number): void {
    this.#calls.add({ tool, outcome: error?.code ?? status });
    this.#seconds.add({ tool }, ms / 1000);
    this.#timed.add({ tool });
  }

  metrics(): Metric[] {
    return [
      {
        name: "ollama_bridge_tool_calls_total",
        help: "Calls of tools by outcome: success or an error's code",
        type: "counter",
        samples: this.#calls.samples(),
      },
      {
        name: "ollama_bridge_tool_call_seconds",
        help: "How long calls of tools took",
        type: "summary",
        samples: [...this.#seconds.samples("sum"), ...this.#timed.samples("count")],
      },
      {
        name: "process_resident_memory_bytes",
        help: "Resident memory of this process",
        type: "gauge",
        samples: [{ value: process.memoryUsage.rss() }],
      },
    ];
  }
}
