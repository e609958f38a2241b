import type { RunEvent, RunResult } from "@ollama-bridge/core-client";
import type { BridgeError } from "@ollama-bridge/foundation";
import type { ProgressReporter } from "@ollama-bridge/server-kit";
import type { ResponsesSettings } from "../config.ts";
import { streamEnd, streamStart, wrapEvent } from "./envelope.ts";
import { EventSender } from "./event-sender.ts";
import { type MessageUsage, newId } from "./message.ts";
import { type MessageEvent, MessageEvents } from "./message-events.ts";

export interface StreamOptions {
  messageId: string;
  /** The model as it was asked for; events tell the one that runs. */
  model: string;
  /** What is known of it before the end. */
  usage: MessageUsage;
  settings: ResponsesSettings;
  progress: ProgressReporter;
}

/** Tells a caller of each event of a message by a progress notification, between `stream_start` and `stream_end`. */
export class StreamToCaller {
  readonly id = newId("stream");
  readonly #options: StreamOptions;
  readonly #sender: EventSender;
  readonly #overflow = new AbortController();
  #events: MessageEvents | undefined;

  constructor(options: StreamOptions) {
    const { settings, messageId, model } = options;
    this.#options = options;
    const { chunk_size: chunkSize, buffer_size: bufferSize } = settings.streaming;
    this.#sender = new EventSender({
      write: (event) => this.#emit(wrapEvent(settings.mcp_version, this.id, event)),
      chunkSize,
      bufferSize,
      onOverflow: (error) => this.#overflow.abort(error),
    });
    void this.#emit(streamStart(this.id, { id: messageId, model: settings.modelAlias ?? model }));
  }

  /** Aborts when the caller reads too slowly. */
  get signal(): AbortSignal {
    return this.#overflow.signal;
  }

  /** Events told so far, `stream_start` and `stream_end` not counted. */
  get count(): number {
    return this.#sender.count;
  }

  readonly take = (event: RunEvent): void => {
    if (event.type === "generating") this.#send(this.#eventsOf(event.model).add(event));
  };

  /** `added`: what was put behind the text to repair it. */
  async end(result: RunResult, usage: MessageUsage, added: string): Promise<void> {
    const events = this.#eventsOf(result.model);
    this.#send(events.add({ text: added, thinking: "" }));
    this.#send(events.end(result, usage));
    await this.#close();
  }

  async fail({ code, message }: BridgeError): Promise<void> {
    this.#send([{ type: "error", error: { type: "api_error", message: `${code}: ${message}` } }]);
    await this.#close();
  }

  async #close(): Promise<void> {
    await this.#sender.written();
    await this.#emit(streamEnd(this.id));
  }

  #eventsOf(model: string): MessageEvents {
    const { messageId: id, settings, usage } = this.#options;
    this.#events ??= new MessageEvents({ id, model: settings.modelAlias ?? model, usage });
    return this.#events;
  }

  #send(events: Iterable<MessageEvent>): void {
    for (const event of events) this.#sender.send(event);
  }

  #emit(line: object): Promise<void> {
    const ping = wrapEvent(this.#options.settings.mcp_version, this.id, { type: "ping" });
    return this.#options.progress.emit(JSON.stringify(line), JSON.stringify(ping));
  }
}
