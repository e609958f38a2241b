import type { Narrowed, Narrowing } from "./config-section.ts";

/** The value as it is. */
export const taken = (value: unknown): Narrowed => ({ value, counted: [""], ignored: [] });
/** Nothing of the value, which has to be a valid one all the same. */
export const left = (value: unknown): Narrowed => ({ value, counted: [], ignored: [""] });

/** Narrows a number that the file may lower, but not below `atLeast`. */
export function onlyLower({ atLeast }: { atLeast?: number } = {}): Narrowing<number> {
  return {
    how: atLeast === undefined ? "only lower" : `only lower, at least ${atLeast}`,
    // What is no number is left for the schema to refuse.
    narrow: (raw, without) =>
      Number(raw) > without || Number(raw) < (atLeast ?? -Infinity) ? left(raw) : taken(raw),
  };
}

/** A value that can do no harm, whichever it is. */
export const anyValue: Narrowing<never> = { how: "any value", narrow: taken };
