import type { Readable, Writable } from "node:stream";
import { type JSONRPCMessage, parseJSONRPCMessage, type Transport } from "@modelcontextprotocol/server";
import { idInEnds } from "../message/id-in-ends.ts";
import {
  INVALID_REQUEST,
  idOf,
  type Refusal,
  readMessage,
  refusal,
  SERVER_BUSY,
} from "../message/read-message.ts";
import { LineReader } from "./line-reader.ts";
import { OpenRequests } from "./open-requests.ts";

/** One message: 20 MiB images come as base64. */
const MAX_MESSAGE_BYTES = 40 * 1024 * 1024;
/** Messages that are taken before the first of them can be answered. */
const LINES_AT_ONCE = 64;
/** With more than this unsent nothing is read: a client that does not read gets nothing done. */
const MAX_UNSENT_BYTES = 8 * 1024 * 1024;
const LONG_LINE = 1024 * 1024;
/** With more than this unsent the client is gone, whatever its pipe says. */
const MAX_ABANDONED_BYTES = 256 * 1024 * 1024;

/**
 * MCP over stdio, a message a line. Takes the place of the SDK's own transport, whose time grows with the square of a
 * message's length, which says nothing about lines that it cannot read, and which a long one ends.
 */
export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: Transport["onmessage"];
  readonly #input: Readable;
  readonly #output: Writable;
  readonly #open = new OpenRequests();
  readonly #lines = new LineReader(MAX_MESSAGE_BYTES, {
    line: (bytes) => this.#take(bytes),
    tooLong: (head, tail) => this.#refuseTooLong(head, tail),
  });
  /** What has come and is not taken yet. */
  #rest: Buffer | undefined;
  /** The client has to read before more is taken. */
  #isFull = false;
  #isClosed = false;

  constructor(input: Readable, output: Writable) {
    this.#input = input;
    this.#output = output;
  }

  async start(): Promise<void> {
    this.#output.on("error", this.#fail);
    if (this.#input.readableEnded || this.#input.destroyed) setImmediate(this.#end);
    this.#input.on("data", this.#read).on("error", this.#fail).on("end", this.#end).on("close", this.#end);
  }

  /** Resolves when the output takes more. */
  send(message: JSONRPCMessage): Promise<void> {
    if (this.#isClosed) return Promise.reject(new Error("The connection is closed"));
    if ("id" in message && !("method" in message)) this.#open.answered(message.id);
    return this.#write(message);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#input.off("data", this.#read).off("end", this.#end).off("close", this.#end);
    this.#input.pause();
    this.onclose?.();
  }

  readonly #read = (chunk: Buffer): void => {
    this.#rest = this.#lines.push(chunk, LINES_AT_ONCE);
    if (this.#rest === undefined) return;
    this.#input.pause();
    setImmediate(this.#goOn);
  };

  readonly #goOn = (): void => {
    if (this.#isFull || this.#isClosed) return;
    if (this.#rest !== undefined) this.#read(this.#rest);
    if (this.#rest === undefined) this.#input.resume();
  };

  readonly #end = () => void this.close();

  /** Stays after the end: the error of a late write would else end the process. */
  readonly #fail = (error: Error) => {
    if (this.#isClosed) return;
    this.onerror?.(error);
    void this.close();
  };

  #take(bytes: Buffer): void {
    if (this.#isClosed) return;
    const read = readMessage(bytes.toString("utf8"));
    if (read === undefined) return;
    if ("refused" in read) this.#refuse(read.refused);
    else this.#deliver(read.value, bytes.length);
  }

  #deliver(value: unknown, bytes: number): void {
    let message: JSONRPCMessage;
    try {
      message = parseJSONRPCMessage(value);
    } catch {
      this.#refuseUnknown(value);
      return;
    }
    if (this.#open.takes(message, bytes)) this.onmessage?.(message);
    else {
      const what = "Too many requests of this client are unanswered";
      const hint = "Wait for answers before you send more.";
      this.#refuse(refusal(idOf(message), SERVER_BUSY, what, hint));
    }
  }

  #refuseTooLong(head: Buffer, tail: Buffer): void {
    const id = idInEnds(head.toString("utf8"), tail.toString("utf8"));
    const what = `The message has more than ${MAX_MESSAGE_BYTES / 1024 / 1024} MiB`;
    this.#refuse(
      refusal(id, INVALID_REQUEST, what, "Send paths of files and images instead, or several calls."),
    );
  }

  #refuseUnknown(value: unknown): void {
    const isAnswer = typeof value === "object" && value !== null && ("result" in value || "error" in value);
    if (isAnswer) {
      // An answer to an answer could go on for ever.
      this.onerror?.(new Error("A response that is not JSON-RPC is ignored"));
      return;
    }
    const what = "The message is no request or notification of JSON-RPC 2.0";
    const hint = "Send one object a line, with jsonrpc, method, and params that are an object.";
    this.#refuse(refusal(idOf(value), INVALID_REQUEST, what, hint));
  }

  #refuse(refused: Refusal): void {
    this.onerror?.(new Error(refused.error.message));
    this.#write(refused).catch(() => undefined);
  }

  #write(message: object): Promise<void> {
    return new Promise((resolve, reject) => {
      let line = JSON.stringify(message);
      if (line.length > LONG_LINE) {
        // Appending the newline would copy the whole line.
        this.#output.write(line);
        line = "";
      }
      const isRoom = this.#output.write(`${line}\n`, (error) => {
        if (error) reject(error);
        else resolve();
      });
      if (isRoom) return;
      const unsent = this.#output.writableLength;
      if (unsent > MAX_ABANDONED_BYTES) return this.#abandon();
      if (unsent <= MAX_UNSENT_BYTES || this.#isFull) return;
      this.#isFull = true;
      this.#input.pause();
      this.#output.once("drain", () => {
        this.#isFull = false;
        this.#goOn();
      });
    });
  }

  #abandon(): void {
    this.onerror?.(new Error("The client does not read its answers"));
    // Its end is the end of the connection, and of the process that serves it.
    this.#input.destroy();
  }
}
