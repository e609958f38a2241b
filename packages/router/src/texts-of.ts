import type { RouteRequest } from "./plan.ts";

/** Every text that would leave with a request, wherever it stands; images are none. */
export function textsOf({ system, prompt, messages, tools, format, options, stop }: RouteRequest): string[] {
  const spoken = messages?.map(({ images: _, ...message }) => message);
  const texts: string[] = [];
  collect([system, prompt, spoken, tools, format, options, stop], texts);
  return texts;
}

function collect(value: unknown, into: string[]): void {
  if (typeof value === "string") into.push(value);
  else if (typeof value === "object" && value !== null)
    for (const [key, item] of Object.entries(value)) {
      if (!Array.isArray(value)) into.push(key);
      collect(item, into);
    }
}
