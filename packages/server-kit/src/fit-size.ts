import type { Answer } from "./answer.ts";
import type { AnswerStore } from "./answer-store.ts";

/** Text and structured content of one result together stay under this many characters. */
export const MAX_RESULT_CHARACTERS = 60_000;

/** Room for the marks that a cut answer gets. */
const RESERVED = 1_000;
/** Below this a text is not what makes a result large. */
const WORTH_CUTTING = 200;

/**
 * The answer, cut where text and structured content together would be too long for a client: the longest texts at
 * their end, then the longest lists. What was cut is marked, and whole under `answer://{requestId}`.
 */
export function fitSize(answer: Answer, store: AnswerStore): Answer {
  const size = answer.text.length + JSON.stringify(answer.envelope).length;
  if (size <= MAX_RESULT_CHARACTERS) return answer;
  const { requestId } = answer.envelope.metadata;
  store.keep(requestId, JSON.stringify({ text: answer.text, ...answer.envelope }));
  const note = `\n[cut; whole in the resource answer://${requestId}]`;
  const half = MAX_RESULT_CHARACTERS / 2 - RESERVED;
  const envelope = { ...answer.envelope, metadata: { ...answer.envelope.metadata, truncatedForSize: true } };
  for (const part of ["data", "error"] as const) {
    if (envelope[part] === undefined) continue;
    const budget = half - (part === "error" ? JSON.stringify(envelope.data ?? "").length : 0);
    Object.assign(envelope, { [part]: shrink(envelope[part], Math.max(budget, RESERVED), note) });
  }
  const text = answer.text.length > half ? answer.text.slice(0, half) + note : answer.text;
  return { ...answer, envelope, text };
}

/** Cuts every text to a length, and every list to a number, at which the JSON of `value` fits `budget`. */
function shrink<Value>(value: Value, budget: number, note: string): Value {
  let limit = budget;
  let shrunk = value;
  while (JSON.stringify(shrunk).length > budget && limit > WORTH_CUTTING) {
    limit = Math.floor(limit * 0.7);
    shrunk = cut(value, limit, note) as Value;
  }
  return shrunk;
}

function cut(value: unknown, limit: number, note: string): unknown {
  if (typeof value === "string") return value.length > limit ? value.slice(0, limit) + note : value;
  if (Array.isArray(value)) return value.slice(0, limit).map((item) => cut(item, limit, note));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, cut(item, limit, note)]));
}
