import type { BridgeError } from "@ollama-bridge/foundation";
import { Counts, type Metric } from "@ollama-bridge/server-kit";
import type { QualityResult } from "../quality/check-quality.ts";
import type { MessageUsage } from "./message.ts";

/** Counts what was put into the shape of a message. */
export class MessageMetrics {
  #answers = 0;
  #seconds = 0;
  readonly #failures = new Counts();
  readonly #failedChecks = new Counts();
  readonly #tokens = new Counts();

  answered(usage: MessageUsage, ms: number): void {
    this.#answers++;
    this.#seconds += ms / 1000;
    this.#tokens.add({ kind: "input" }, usage.input_tokens);
    this.#tokens.add({ kind: "output" }, usage.output_tokens);
  }

  checked(results: readonly QualityResult[]): void {
    for (const { check, passed } of results) if (!passed) this.#failedChecks.add({ check });
  }

  failed({ code }: BridgeError): void {
    this.#failures.add({ code });
  }

  metrics(): Metric[] {
    return [
      {
        name: "ollama_bridge_message_seconds",
        help: "How long answers in the shape of a message took",
        type: "summary",
        samples: [
          { part: "sum", value: this.#seconds },
          { part: "count", value: this.#answers },
        ],
      },
      {
        name: "ollama_bridge_message_tokens_total",
        help: "Tokens of answers in the shape of a message",
        type: "counter",
        samples: this.#tokens.samples(),
      },
      {
        name: "ollama_bridge_message_failures_total",
        help: "Answers in the shape of a message that failed, by the error's code",
        type: "counter",
        samples: this.#failures.samples(),
      },
      {
        name: "ollama_bridge_message_failed_checks_total",
        help: "Checks of quality that an answer did not pass",
        type: "counter",
        samples: this.#failedChecks.samples(),
      },
    ];
  }
}
