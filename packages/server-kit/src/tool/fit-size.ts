import type { Answer } from "./answer.ts";
import type { Envelope } from "./envelope.ts";
import { dataAsText } from "./tool.ts";

/** Text and structured content of one result together stay under this many characters. */
export const MAX_RESULT_CHARACTERS = 60_000;

/** Room for the marks that a cut answer gets. */
const RESERVED = 1_000;
/** Keeps the whole envelope under its request id, and says whether it does. */
export type KeepAnswer = (requestId: string, envelope: Envelope) => boolean;

/** Below this a text, or an object's number of keys, is not what makes a result large. */
const WORTH_CUTTING = { characters: 200, keys: 40 };

/**
 * The answer, cut where text and structured content together would be too long for a client: the longest texts at
 * their end, then the longest lists. What was cut is marked, and whole under `answer://{requestId}` where it is kept. The
 * details are cut likewise, by themselves.
 */
export function fitSize(answer: Answer, keep: KeepAnswer): Answer {
  const { details } = answer;
  const isLong = details !== undefined && !fits(details, MAX_RESULT_CHARACTERS);
  const fitted = isLong ? { ...answer, details: shrink(details, MAX_RESULT_CHARACTERS, "\n[cut]") } : answer;
  return fitEnvelope(fitted, keep);
}

function fitEnvelope(answer: Answer, keep: KeepAnswer): Answer {
  const { notes = [] } = answer;
  const beside = answer.text.length + notes.join("").length;
  if (fits(answer.envelope, MAX_RESULT_CHARACTERS - beside)) return answer;
  const { requestId } = answer.envelope.metadata;
  const kept = keep(requestId, answer.envelope);
  const note = kept
    ? `\n[cut; whole in the resource answer://${requestId}]`
    : "\n[cut; the whole is too long to be kept: ask for less]";
  const half = MAX_RESULT_CHARACTERS / 2 - RESERVED;
  const envelope = { ...answer.envelope, metadata: { ...answer.envelope.metadata, truncatedForSize: true } };
  for (const part of ["data", "error"] as const) {
    if (envelope[part] === undefined) continue;
    const budget = half - (part === "error" ? JSON.stringify(envelope.data ?? "").length : 0);
    Object.assign(envelope, { [part]: shrink(envelope[part], Math.max(budget, RESERVED), note) });
  }
  const [text = "", ...fittingNotes] = answer.textIsData
    ? [dataAsText(envelope.data ?? {}), ...cutTexts(notes, RESERVED, note)]
    : cutTexts([answer.text, ...notes], half, note);
  return { ...answer, envelope, text, notes: fittingNotes };
}

/** The texts, the longest of them cut, so that all together have at most so many characters. */
function cutTexts(texts: readonly string[], maxCharacters: number, note: string): string[] {
  let left = maxCharacters;
  const limits = new Map<number, number>();
  const shortestFirst = texts
    .map((_, index) => index)
    .sort((a, b) => lengthAt(texts, a) - lengthAt(texts, b));
  for (const [rank, index] of shortestFirst.entries()) {
    const limit = Math.min(lengthAt(texts, index), Math.floor(left / (texts.length - rank)));
    limits.set(index, limit);
    left -= limit;
  }
  return texts.map((text, index) => cutText(text, limits.get(index) ?? 0, note));
}

const lengthAt = (texts: readonly string[], index: number) => texts[index]?.length ?? 0;

/** Whether the JSON of a value has at most `maxCharacters`. A value that is far too long is not serialized to find out. */
function fits(value: object, maxCharacters: number): boolean {
  return textLength(value, maxCharacters) <= maxCharacters && JSON.stringify(value).length <= maxCharacters;
}

/** Counts the characters of all strings in a value, and stops above `enough`. */
function textLength(value: unknown, enough: number): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 1;
  let length = 0;
  for (const item of Object.values(value)) {
    length += textLength(item, enough - length);
    if (length > enough) break;
  }
  return length;
}

/** Cuts every text to a length, and every list and map to a number, at which the JSON of `value` fits `budget`. */
function shrink<Value>(value: Value, budget: number, note: string): Value {
  let shrunk = value;
  for (let limit = budget; limit > 0; ) {
    shrunk = cut(shrunk, limit, note) as Value;
    const size = JSON.stringify(shrunk).length;
    if (size <= budget) break;
    // In steps as large as the excess: what is megabytes long is not made into JSON many times.
    const fitting = budget / size;
    limit = Math.floor(limit * Math.min(0.9, Math.max(fitting < 0.05 ? 0.2 : 0.5, fitting)));
  }
  return shrunk;
}

function cut(value: unknown, limit: number, note: string): unknown {
  if (typeof value === "string") return cutText(value, Math.max(limit, WORTH_CUTTING.characters), note);
  if (Array.isArray(value)) return value.slice(0, limit).map((item) => cut(item, limit, note));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).slice(0, Math.max(limit, WORTH_CUTTING.keys));
  return Object.fromEntries(entries.map(([key, item]) => [key, cut(item, limit, note)]));
}

/** A text that was cut before keeps one note. */
function cutText(text: string, limit: number, note: string): string {
  const length = text.endsWith(note) ? text.length - note.length : text.length;
  return length > limit ? text.slice(0, limit) + note : text;
}
