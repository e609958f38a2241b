import type { RunResult } from "@ollama-bridge/core-client";
import {
  type ContentBlock,
  contentOf,
  type Message,
  type MessageUsage,
  type StopReason,
  stopReasonOf,
} from "./message.ts";

/** The events of Anthropic's streaming Messages API, as far as an Ollama model gives rise to them. */
export type MessageEvent =
  | { type: "message_start"; message: Message }
  | { type: "content_block_start"; index: number; content_block: ContentBlock }
  | { type: "content_block_delta"; index: number; delta: Delta }
  | { type: "content_block_stop"; index: number }
  | {
      type: "message_delta";
      delta: { stop_reason: StopReason; stop_sequence: string | null };
      usage: MessageUsage;
    }
  | { type: "message_stop" }
  | { type: "ping" }
  | { type: "error"; error: { type: string; message: string } };

/** What a `content_block_delta` adds to its block. */
export type Delta =
  | { type: "text_delta"; text: string }
  | { type: "thinking_delta"; thinking: string }
  | { type: "input_json_delta"; partial_json: string };

/** Makes the events of one message out of the pieces of an answer, in their order. */
export class MessageEvents {
  readonly #start: Omit<Message, "content" | "stop_reason" | "stop_sequence">;
  #index = -1;
  #open: "text" | "thinking" | undefined;

  /** `usage`: what is known of it before the end. */
  constructor(start: { id: string; model: string; usage: MessageUsage }) {
    this.#start = { ...start, type: "message", role: "assistant" };
  }

  *add({ text, thinking }: { text: string; thinking: string }): Generator<MessageEvent> {
    if (thinking !== "") {
      yield* this.#into("thinking");
      yield this.#delta({ type: "thinking_delta", thinking });
    }
    if (text !== "") {
      yield* this.#into("text");
      yield this.#delta({ type: "text_delta", text });
    }
  }

  *end(
    result: Pick<RunResult, "doneReason" | "stopSequence" | "toolCalls">,
    usage: MessageUsage,
  ): Generator<MessageEvent> {
    const calls = contentOf({ response: "", ...result }).filter(({ type }) => type === "tool_use");
    if (calls.length === 0 && this.#open !== "text") yield* this.#into("text");
    yield* this.#close();
    for (const call of calls) if (call.type === "tool_use") yield* this.#call(call);
    const stop_sequence = result.stopSequence ?? null;
    yield { type: "message_delta", delta: { stop_reason: stopReasonOf(result), stop_sequence }, usage };
    yield { type: "message_stop" };
  }

  /** The input of a call comes as JSON, as it would from a model that writes it. */
  *#call(call: ContentBlock & { type: "tool_use" }): Generator<MessageEvent> {
    yield* this.#begin({ ...call, input: {} });
    yield this.#delta({ type: "input_json_delta", partial_json: JSON.stringify(call.input) });
    yield { type: "content_block_stop", index: this.#index };
  }

  *#into(kind: "text" | "thinking"): Generator<MessageEvent> {
    if (this.#open === kind) return;
    yield* this.#close();
    yield* this.#begin(
      kind === "text" ? { type: kind, text: "" } : { type: kind, thinking: "", signature: "" },
    );
    this.#open = kind;
  }

  *#begin(content_block: ContentBlock): Generator<MessageEvent> {
    if (this.#index === -1) {
      const message = { ...this.#start, content: [], stop_reason: null, stop_sequence: null };
      yield { type: "message_start", message };
    }
    this.#index++;
    yield { type: "content_block_start", index: this.#index, content_block };
  }

  *#close(): Generator<MessageEvent> {
    if (this.#open === undefined) return;
    yield { type: "content_block_stop", index: this.#index };
    this.#open = undefined;
  }

  #delta(delta: Delta): MessageEvent {
    return { type: "content_block_delta", index: this.#index, delta };
  }
}
