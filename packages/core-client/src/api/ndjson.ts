import { setImmediate as nextTurn } from "node:timers/promises";
import { ByteBuffer, mebibytes } from "./byte-buffer.ts";
import { parseJson } from "./parse-json.ts";
import { WireFault } from "./wire-fault.ts";

const MAX_LINE_BYTES = 8 * 1024 * 1024;
const NEWLINE = 0x0a;
const LINES_PER_TURN = 1_000;

/**
 * The JSON values of a newline-delimited body, wherever the transport cut it: in the middle of a line or of a
 * character. A last line without a newline counts.
 * @throws WireFault for a line that is not JSON or longer than 8 MiB.
 */
export async function* parseJsonLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
  const line = new ByteBuffer(
    MAX_LINE_BYTES,
    () =>
      new WireFault(`sent a line of more than ${mebibytes(MAX_LINE_BYTES)}`, {
        hint: "Check that the address is an Ollama's.",
      }),
  );
  let lines = 0;
  for await (const bytes of body) {
    let start = 0;
    for (let end = 0; end < bytes.length; end++) {
      if (bytes[end] !== NEWLINE) continue;
      if (end > start) line.append(bytes.subarray(start, end));
      start = end + 1;
      const text = line.takeText().trim();
      if (text !== "") yield parseJson(text);
      // A server that sends faster than its lines are read must not keep the other calls waiting.
      if (++lines % LINES_PER_TURN === 0) await nextTurn();
    }
    line.append(bytes.subarray(start));
  }
  const text = line.takeText().trim();
  if (text !== "") yield parseJson(text);
}
