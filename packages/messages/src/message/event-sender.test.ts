import { isBridgeError } from "@ollama-bridge/foundation";
import { expect, test } from "vitest";
import { EventSender } from "./event-sender.ts";
import type { MessageEvent } from "./message-events.ts";

const delta = (text: string): MessageEvent => ({
  type: "content_block_delta",
  index: 0,
  delta: { type: "text_delta", text },
});

/** A client that takes one event each time `next` is called. */
function slowClient(options: { chunkSize: number; bufferSize: number }) {
  const taken: MessageEvent[] = [];
  const overflows: Error[] = [];
  const takers: (() => void)[] = [];
  const sender = new EventSender({
    ...options,
    write: (event) => {
      taken.push(event);
      return new Promise((resolve) => takers.push(resolve));
    },
    onOverflow: (error) => overflows.push(error),
  });
  const next = async () => {
    takers.shift()?.();
    await new Promise(setImmediate);
  };
  return { sender, taken, overflows, next };
}

test("text is joined while the last event is still being written, and never beyond the size of a chunk", async () => {
  const { sender, taken, next } = slowClient({ chunkSize: 6, bufferSize: 1_000 });
  for (const text of ["one", "two", "three", "four", "5", "6"]) sender.send(delta(text));
  sender.send({ type: "content_block_stop", index: 0 });
  sender.send({ type: "message_stop" });
  expect(taken).toEqual([delta("one")]);
  for (let event = 0; event < 6; event++) await next();
  expect(taken).toEqual([
    delta("one"),
    delta("two"),
    delta("three"),
    delta("four56"),
    { type: "content_block_stop", index: 0 },
    { type: "message_stop" },
  ]);
  expect(sender.count).toBe(6);
  await sender.written();
});

test("a client that is too far behind is told, once", () => {
  const { sender, overflows } = slowClient({ chunkSize: 10, bufferSize: 20 });
  for (let piece = 0; piece < 10; piece++) sender.send(delta("€€€"));
  expect(overflows).toHaveLength(1);
  expect(isBridgeError(overflows[0]) && overflows[0].message).toMatch(/more than 20 bytes/);
});
