import { invalidArgument } from "@ollama-bridge/foundation";

/**
 * The things that a flag names, separated by commas, each once.
 * @throws BridgeError VALIDATION_ERROR that names what there is.
 */
export function pick<Thing extends { name: string }>(
  flag: string,
  names: string,
  things: readonly Thing[],
): Thing[] {
  const there = `There are: ${things.map(({ name }) => name).join(", ")}.`;
  const picked = names
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((name) => {
      const thing = things.find((each) => each.name === name);
      if (thing !== undefined) return thing;
      throw invalidArgument(flag, `there is no ${name}`, there);
    });
  if (picked.length > 0) return [...new Set(picked)];
  throw invalidArgument(flag, "nothing is named", there);
}
