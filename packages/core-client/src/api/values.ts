/**
 * Readers of single values that a server sent. A value that is not what it should be counts as absent; nothing here
 * throws.
 */
export type JsonObject = Record<string, unknown>;

/** The largest number of tokens that is believed of a context or of an answer. */
export const MAX_TOKENS = 1e9;

const MAX_LABELS = 32;
const LABEL = /^[\w.:+/-]{1,40}( [\w.:+/-]{1,20})?$/;
const DATE = /^\d{4}-\d\d-\d\dT[\d:.]{5,20}(Z|[+-]\d\d:\d\d)$/;
const DIGEST = /^[A-Za-z0-9_:-]{1,128}$/;

export function readText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** A text that is shown to people, cut after so many characters. */
export function readShortText(value: unknown, maxCharacters: number): string | undefined {
  return readText(value)?.slice(0, maxCharacters);
}

/** A word or two, such as a family, a capability or a version: data that no reader can take for a sentence. */
export function readLabel(value: unknown): string | undefined {
  return typeof value === "string" && LABEL.test(value) ? value : undefined;
}

/** The labels of a list; undefined when it has none. */
export function readLabels(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const labels = value.slice(0, MAX_LABELS).flatMap((item) => readLabel(item) ?? []);
  return labels.length === 0 ? undefined : labels;
}

/** A whole number from 0 to `max`, also where it is written as a text. */
export function readCount(value: unknown, max = Number.MAX_SAFE_INTEGER): number | undefined {
  const number = typeof value === "string" && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof number === "number" && number >= 0 && number <= max ? Math.floor(number) : undefined;
}

/** A whole number of tokens above 0. */
export function readTokens(value: unknown): number | undefined {
  return readCount(value, MAX_TOKENS) || undefined;
}

/** A date and time in ISO 8601, as it is written. */
export function readDate(value: unknown): string | undefined {
  if (typeof value !== "string" || !DATE.test(value)) return undefined;
  return Number.isNaN(Date.parse(value)) ? undefined : value;
}

/** A digest of content, with or without the name of its algorithm. */
export function readDigest(value: unknown): string | undefined {
  return typeof value === "string" && DIGEST.test(value) ? value : undefined;
}
