import { ByteBuffer, mebibytes } from "@ollama-bridge/foundation";
import { parseJson } from "./parse-json.ts";
import { WireFault } from "./wire-fault.ts";

const MAX_LINE_BYTES = 8 * 1024 * 1024;
/** The last line of an answer may hold its context, a number per token. */
const LINE_LIMITS = { maxValues: 1_500_000, maxContainers: 250_000 };
const NEWLINE = 0x0a;

/**
 * Reads the JSON values of a newline-delimited body, wherever the transport cut it: in the middle of a line or of a
 * character. A last line without a newline counts. What it returns throws WireFault for a line that is not JSON or longer
 * than 8 MiB.
 */
export class JsonLines {
  readonly #line = new ByteBuffer(
    MAX_LINE_BYTES,
    () =>
      new WireFault(`sent a line of more than ${mebibytes(MAX_LINE_BYTES)}`, {
        hint: "Check that the address is an Ollama's.",
      }),
  );

  /** The values whose lines end in the next piece of the body, one after the other. */
  *take(piece: Buffer): Generator<unknown, void, undefined> {
    let start = 0;
    for (let end = piece.indexOf(NEWLINE); end !== -1; end = piece.indexOf(NEWLINE, start)) {
      const text = this.#line.takeText(piece.subarray(start, end));
      start = end + 1;
      if (text.trim() !== "") yield parseJson(text, LINE_LIMITS);
    }
    this.#line.append(piece.subarray(start));
  }

  /** The value of the last line, where it has no newline. */
  *end(): Generator<unknown, void, undefined> {
    const text = this.#line.takeText();
    if (text.trim() !== "") yield parseJson(text, LINE_LIMITS);
  }
}
