import { type Markdown, proseOf } from "./markdown.ts";
import { type Finding, type QualityRequest, sound } from "./quality.ts";
import { findLoop } from "./repetition.ts";
import { countWords } from "./sentence-end.ts";

const ENOUGH_WORDS = 5;
const BREVITY_NOTE = "\n\n(Note: Response was brief as requested.)";

/** Whether the answer says enough, says it once, and has all its characters. */
export function checkLanguageQuality(request: QualityRequest, markdown: Markdown): Finding {
  const { text } = request;
  const isShort = isTooShort(request, markdown);
  const problems = [
    isShort ? "Fewer than 5 words" : undefined,
    findLoop(proseOf(markdown)),
    lostCharacters(text),
  ];
  const detail = problems.filter((problem) => problem !== undefined).join("; ");
  if (detail === "") return sound;
  return { passed: false, detail, ...(isShort ? { repair: [{ at: text.length, text: BREVITY_NOTE }] } : {}) };
}

function isTooShort({ text, expectedDetail, stopReason }: QualityRequest, { fences }: Markdown): boolean {
  // Code, JSON and the call of a tool say what they have to in their own way.
  if (expectedDetail === "brief" || stopReason === "tool_use" || fences.length > 0 || isJson(text))
    return false;
  const words = text.trim() === "" ? 0 : text.trim().split(/\s+/).length;
  return Math.max(words, countWords(text)) < ENOUGH_WORDS;
}

function isJson(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** An answer may well speak of the replacement character. */
function lostCharacters(text: string): string | undefined {
  const count = text.split("\ufffd").length - 1;
  if (count === 0 || /fffd|replacement character/i.test(text)) return undefined;
  const line = text.slice(0, text.indexOf("\ufffd")).split("\n").length;
  return `${count} replacement character${count > 1 ? "s" : ""}, the first on line ${line}`;
}
