import { BridgeError } from "./errors.ts";

const KEPT = 50;

/** The last answers that were too long to be sent whole, by request id. */
export class AnswerStore {
  readonly #answers = new Map<string, string>();

  keep(requestId: string, text: string): void {
    this.#answers.set(requestId, text);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > KEPT && oldest !== undefined) this.#answers.delete(oldest);
  }

  /** @throws BridgeError VALIDATION_ERROR when the answer is not kept (any more). */
  read(requestId: string): string {
    const text = this.#answers.get(requestId);
    if (text !== undefined) return text;
    throw new BridgeError("VALIDATION_ERROR", `There is no answer ${requestId}`, {
      hint: `Only the last ${KEPT} answers that were cut are kept.`,
    });
  }

  ids(): string[] {
    return [...this.#answers.keys()];
  }
}
