import type { RunRequest } from "./model-runner.ts";

/** Names of models that think, whatever their server says of them. */
const THINKERS = /\b(?:r1|qwq|magistral|reason(?:er|ing)?|think(?:er|ing)?|exaone-deep|deepscaler|cogito)\b/i;

/** Tells whether the answer may begin with thinking, as far as that is known before the run. */
export function mayThink({ model, think, thinks }: Pick<RunRequest, "model" | "think" | "thinks">): boolean {
  if (think !== undefined) return think !== false;
  return thinks === true || THINKERS.test(model);
}
