import type { Insertion } from "./insertions.ts";
import type { Fence, Markdown } from "./markdown.ts";
import { type Finding, sound } from "./quality.ts";

/** Whether every code fence is closed. */
export function checkFormatting({ text, fences }: Markdown): Finding {
  const open = fences.filter(({ isClosed }) => !isClosed);
  if (open.length === 0) return sound;
  const lines = open.map(({ line }) => line);
  return {
    passed: false,
    detail: `Not closed: the code ${lines.length > 1 ? "fences of lines" : "fence of line"} ${lines.join(", ")}`,
    repair: closings(text, fences),
  };
}

/** What closes the fences, each in the list or quote in which it was opened. */
export function closings(text: string, fences: Fence[]): Insertion[] {
  return fences.filter(({ isClosed }) => !isClosed).map((fence) => closing(text, fence));
}

function closing(text: string, { from, to, mark }: Fence): Insertion {
  const container = text.slice(text.lastIndexOf("\n", from - 1) + 1, from).replaceAll(/[^>\s]/g, " ");
  const lineEnd = text.charAt(text.indexOf("\n", from) - 1) === "\r" ? "\r\n" : "\n";
  const at = text.startsWith("\r\n", to - 1) ? to - 1 : to;
  const fence = `${container}${mark}`;
  if (!/[\r\n]/.test(text.charAt(at - 1))) return { at, text: lineEnd + fence };
  return { at, text: at < text.length ? fence + lineEnd : fence };
}
