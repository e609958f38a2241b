import type { Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Fault } from "./fault-script.ts";

type Write = (bytes: Buffer) => Promise<void>;

/**
 * Makes the fault happen to the bytes that the connection sends, where it is one of bytes. Returns what ends it, or
 * undefined where the fault is another.
 */
export function disturbSocket(fault: Fault, socket: Socket): (() => void) | undefined {
  switch (fault.kind) {
    case "split-bytes":
      return disturb(socket, async (bytes, write) => {
        for (const byte of bytes) {
          await write(Buffer.of(byte));
          await nextTurn();
        }
      });
    case "reset-after-bytes": {
      let left = fault.bytes;
      return disturb(socket, async (bytes, write) => {
        if (left > 0) await write(bytes.subarray(0, left));
        left -= bytes.length;
        if (left > 0) return;
        await nextTurn();
        socket.resetAndDestroy();
      });
    }
    default:
      return;
  }
}

/** Puts `send` in the place of the socket's own way to write; the queue of the stream stays as it is. */
function disturb(socket: Socket, send: (bytes: Buffer, write: Write) => Promise<void>): () => void {
  const original = socket._write.bind(socket);
  const write: Write = (bytes) =>
    new Promise((resolve, reject) => {
      original(bytes, "buffer" as BufferEncoding, (error) => (error ? reject(error) : resolve()));
    });
  const own = {
    _write(chunk: Buffer | string, encoding: BufferEncoding, done: (error?: Error | null) => void) {
      const bytes = typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk;
      send(bytes, write).then(() => done(), done);
    },
    _writev: undefined,
  };
  Object.assign(socket, own);
  return () => {
    for (const method of Object.keys(own)) Reflect.deleteProperty(socket, method);
  };
}
