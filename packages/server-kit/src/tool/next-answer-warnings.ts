import { isRecord } from "@ollama-bridge/foundation";
import type { Answer } from "./answer.ts";
import { dataAsText } from "./tool.ts";

/** Warnings about the server itself that go out with the next answer, once: a user of an MCP client sees no log. */
export class NextAnswerWarnings {
  #waiting: string[] = [];

  add(warning: string): void {
    this.#waiting.push(warning);
  }

  /** The answer with what waits, in the `warnings` of its data and as a text beside its own. */
  addTo(answer: Answer): Answer {
    if (this.#waiting.length === 0) return answer;
    const warnings = this.#waiting;
    this.#waiting = [];
    const { envelope, text, textIsData, notes = [] } = answer;
    const { data = {} } = envelope;
    const own = isRecord(data) && Array.isArray(data.warnings) ? data.warnings : [];
    const withWarnings = { ...data, warnings: [...own, ...warnings] };
    return {
      ...answer,
      notes: [...notes, ...warnings.map((warning) => `Warning: ${warning}`)],
      envelope: { ...envelope, data: withWarnings },
      text: textIsData ? dataAsText(withWarnings) : text,
    };
  }
}
