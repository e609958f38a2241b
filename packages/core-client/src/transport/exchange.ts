import type { Dispatcher } from "undici";
import { connectionFailed } from "./failure.ts";

/** With more than this unread the server has to wait. */
const MAX_UNREAD_BYTES = 64 * 1024;
const LEFT_UNREAD_LIMIT = 1024 * 1024;
const END_WITHIN_MS = 1_000;

type Controller = Dispatcher.DispatchController;

/** How an answer begins. */
export interface ResponseHead {
  status: number;
  headers: Parameters<NonNullable<Dispatcher.DispatchHandler["onResponseStart"]>>[2];
}

/** The body of an answer. Whoever reads it leaves it in the end, whatever happened. */
export interface Body {
  /** The next bytes; undefined at the end. @throws BridgeError OLLAMA_CONNECTION_FAILED; the signal's reason. */
  read(): Promise<Buffer | undefined>;
  /** The reader is done, before the end or after it. */
  leave(): void;
}

/**
 * One request with its answer, as undici tells of them. undici's own `request` makes a Node stream of each answer, which
 * takes a quarter of the processor time of a short call.
 */
export class Exchange implements Dispatcher.DispatchHandler, Body {
  readonly #endpoint: string;
  readonly #signal: AbortSignal | undefined;
  readonly #head = Promise.withResolvers<ResponseHead>();
  #controller: Controller | undefined;
  #unread: Buffer[] = [];
  #unreadBytes = 0;
  /** Tells the reader that waits that there is something. */
  #wake: (() => void) | undefined;
  #isOver = false;
  #error: unknown;
  /** Since it was left. */
  #left: { limit: NodeJS.Timeout; bytes: number } | undefined;

  constructor(endpoint: string, signal: AbortSignal | undefined) {
    this.#endpoint = endpoint;
    this.#signal = signal;
    signal?.addEventListener("abort", this.#abort, { once: true });
  }

  /** Rejects with undici's error when there is no answer, with the signal's reason when that aborts before. */
  get head(): Promise<ResponseHead> {
    return this.#head.promise;
  }

  async read(): Promise<Buffer | undefined> {
    while (this.#unread.length === 0 && !this.#isOver)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    const piece = this.#unread.shift();
    if (piece !== undefined) {
      this.#unreadBytes -= piece.length;
      if (this.#unreadBytes === 0) this.#controller?.resume();
      return piece;
    }
    if (this.#signal?.aborted) throw this.#signal.reason;
    if (this.#error !== undefined)
      throw connectionFailed(this.#endpoint, this.#error, "Lost the connection to");
    return undefined;
  }

  /**
   * A reader that has what it came for leaves before the end is read; closing the connection there would cost the next
   * call a new one. The end follows at once, or the connection goes all the same.
   */
  leave(): void {
    if (this.#isOver || this.#left !== undefined) return;
    // Not a signal with a time: each would live for the whole of it, and make an error at its end.
    this.#left = { limit: setTimeout(() => this.close(), END_WITHIN_MS).unref(), bytes: 0 };
    this.#unread = [];
    this.#controller?.resume();
  }

  /** Ends the connection; what has come can still be read. */
  close(): void {
    if (this.#isOver) return;
    this.#over();
    this.#controller?.abort(new Error("left"));
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    if (this.#signal?.aborted) controller.abort(this.#signal.reason);
  }

  onResponseStart(_controller: Controller, status: number, headers: ResponseHead["headers"]): void {
    if (status >= 200) this.#head.resolve({ status, headers });
  }

  onResponseData(controller: Controller, piece: Buffer): void {
    if (this.#left !== undefined) {
      this.#left.bytes += piece.length;
      if (this.#left.bytes > LEFT_UNREAD_LIMIT) this.close();
      return;
    }
    this.#unread.push(piece);
    this.#unreadBytes += piece.length;
    if (this.#unreadBytes > MAX_UNREAD_BYTES) controller.pause();
    this.#wake?.();
  }

  onResponseEnd(): void {
    this.#over();
  }

  onResponseError(_controller: Controller, error: Error): void {
    this.#over(error);
  }

  /** undici hears of an abort only once it is connected; nobody waits for that. */
  readonly #abort = (): void => {
    const reason = this.#signal?.reason;
    this.#over(reason);
    this.#controller?.abort(reason);
  };

  #over(error?: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#error = error;
    this.#signal?.removeEventListener("abort", this.#abort);
    clearTimeout(this.#left?.limit);
    this.#head.reject(error); // means nothing once there is an answer
    this.#wake?.();
  }
}
