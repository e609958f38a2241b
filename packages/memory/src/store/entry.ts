import { invalidArgument } from "@ollama-bridge/foundation";

/** What is remembered under a key. */
export interface Entry {
  value: string;
  metadata: Record<string, unknown>;
  tags: string[];
}

/** An entry as it is kept. Times are Unix milliseconds. */
export interface StoredEntry extends Entry {
  namespace: string;
  key: string;
  createdAtMs: number;
  updatedAtMs: number;
}

/** An entry on its way in or out of a file; times and expiry are kept where they are known. */
export interface TransferEntry extends Entry {
  namespace: string;
  key: string;
  createdAtMs?: number | undefined;
  updatedAtMs?: number | undefined;
  expiresAtMs?: number | undefined;
}

/** The greatest length of a key, a namespace or a tag, in bytes of UTF-8. */
export const MAX_KEY_BYTES = 512;

/** The greatest length of a value, and of metadata as JSON, in bytes of UTF-8. */
export const MAX_VALUE_BYTES = 1_048_576;
/** No entry is longer than this as JSON, whatever in it has to be escaped. */
export const MAX_ENTRY_JSON_BYTES = 16 * 1024 * 1024;

/** @throws BridgeError VALIDATION_ERROR that names the part. */
export function checkName(path: "key" | "namespace", name: string): void {
  if (name === "") throw invalidArgument(path, "is empty");
  checkText(path, name, MAX_KEY_BYTES);
}

/** @throws BridgeError VALIDATION_ERROR that names the part. */
export function checkEntry({ value, metadata, tags }: Entry): void {
  checkText("value", value, MAX_VALUE_BYTES);
  checkText("metadata", JSON.stringify(metadata), MAX_VALUE_BYTES);
  for (const tag of tags) {
    if (tag === "" || /\p{Cc}/u.test(tag))
      throw invalidArgument("tags", "a tag is empty or holds a control character");
    checkText("tags", tag, MAX_KEY_BYTES);
  }
}

function checkText(path: string, text: string, maxBytes: number): void {
  // Half a surrogate pair has no UTF-8: what is read back would not be what was given.
  if (!text.isWellFormed()) throw invalidArgument(path, "is not well-formed Unicode");
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes) throw invalidArgument(path, `has ${bytes} bytes, at most ${maxBytes} are allowed`);
}
