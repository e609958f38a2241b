import { type BridgeError, foundationErrors } from "@ollama-bridge/foundation";
import type { MessageEvent } from "./message-events.ts";

export interface EventSenderOptions {
  /** Writes one event; resolves when the client's side has taken it. */
  write(event: MessageEvent): Promise<void>;
  /** Characters of text that may be put together while the last event is still being written. */
  chunkSize: number;
  /** Bytes that may wait for a slow client. */
  bufferSize: number;
  /** Called once, when more than that waits. */
  onOverflow(error: BridgeError): void;
}

/** Sends events in their order, each the moment it is known; while the client is slow, pieces of text are joined. */
export class EventSender {
  readonly #options: EventSenderOptions;
  readonly #waiting: MessageEvent[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> | undefined;
  #hasOverflowed = false;
  /** Events sent or waiting. */
  count = 0;

  constructor(options: EventSenderOptions) {
    this.#options = options;
  }

  send(event: MessageEvent): void {
    const last = this.#waiting.at(-1);
    const joined = last && joinText(last, event, this.#options.chunkSize);
    if (joined === undefined) {
      this.#waiting.push(event);
      this.count++;
    } else this.#waiting[this.#waiting.length - 1] = joined;
    this.#waitingBytes += sizeOf(event);
    this.#writing ??= this.#writeAll();
    if (this.#waitingBytes > this.#options.bufferSize) this.#overflow();
  }

  /** Resolves when everything has been written. */
  async written(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    for (let event = this.#waiting.shift(); event !== undefined; event = this.#waiting.shift()) {
      this.#waitingBytes -= sizeOf(event);
      await this.#options.write(event);
    }
    this.#writing = undefined;
  }

  #overflow(): void {
    if (this.#hasOverflowed) return;
    this.#hasOverflowed = true;
    const { bufferSize, onOverflow } = this.#options;
    onOverflow(
      foundationErrors.create(
        "CANCELLED",
        `The client reads too slowly: more than ${bufferSize} bytes wait for it`,
        {
          hint: "Read the progress notifications as they come, or raise responses.streaming.buffer_size.",
        },
      ),
    );
  }
}

/** Only text counts: the rest of an event is small. */
function sizeOf(event: MessageEvent): number {
  if (event.type !== "content_block_delta") return 0;
  const { delta } = event;
  if (delta.type === "text_delta") return Buffer.byteLength(delta.text);
  return Buffer.byteLength(delta.type === "thinking_delta" ? delta.thinking : delta.partial_json);
}

function joinText(first: MessageEvent, second: MessageEvent, chunkSize: number): MessageEvent | undefined {
  if (first.type !== "content_block_delta" || second.type !== "content_block_delta") return undefined;
  const [{ delta: one }, { delta: two }] = [first, second];
  if (one.type === "text_delta" && two.type === "text_delta") {
    const text = one.text + two.text;
    return text.length > chunkSize ? undefined : { ...first, delta: { ...one, text } };
  }
  if (one.type === "thinking_delta" && two.type === "thinking_delta") {
    const thinking = one.thinking + two.thinking;
    return thinking.length > chunkSize ? undefined : { ...first, delta: { ...one, thinking } };
  }
  return undefined;
}
