import type { Envelope } from "../tool/envelope.ts";
import type { Metric, MetricSample } from "./metrics.ts";

interface ToolCounts {
  calls: number;
  seconds: number;
  outcomes: Map<string, number>;
}

/** Counts the calls of tools, by what they came to. It stands in the way of every call, so it adds and does no more. */
export class CallMetrics {
  readonly #tools = new Map<string, ToolCounts>();

  record({ status, error, metadata: { tool } }: Envelope, ms: number): void {
    let counts = this.#tools.get(tool);
    if (counts === undefined) {
      counts = { calls: 0, seconds: 0, outcomes: new Map() };
      this.#tools.set(tool, counts);
    }
    counts.calls++;
    counts.seconds += ms / 1000;
    const outcome = error?.code ?? status;
    counts.outcomes.set(outcome, (counts.outcomes.get(outcome) ?? 0) + 1);
  }

  metrics(): Metric[] {
    const outcomes: MetricSample[] = [];
    const seconds: MetricSample[] = [];
    for (const [tool, counts] of this.#tools) {
      for (const [outcome, value] of counts.outcomes) outcomes.push({ labels: { tool, outcome }, value });
      seconds.push({ labels: { tool }, part: "sum", value: counts.seconds });
      seconds.push({ labels: { tool }, part: "count", value: counts.calls });
    }
    return [
      {
        name: "ollama_bridge_tool_calls_total",
        help: "Calls of tools by outcome: success or an error's code",
        type: "counter",
        samples: outcomes,
      },
      {
        name: "ollama_bridge_tool_call_seconds",
        help: "How long calls of tools took",
        type: "summary",
        samples: seconds,
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
