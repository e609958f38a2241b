import type { SyntaxNode } from "@lezer/common";
import { lastBlock, type Markdown } from "./markdown.ts";
import { type Finding, type QualityRequest, sound } from "./quality.ts";
import { breaksOff, endsSentence, fullStopFor, isEnded, isOpenSentence } from "./sentence-end.ts";

/** Where a text stops too early. */
interface BrokenEnd {
  where: string;
  /** Whether a full stop would end it. */
  isSentence?: boolean;
}

/** Whether the answer was cut, or stops before its last sentence, list item or code block is finished. */
export function checkCompleteness(request: QualityRequest, markdown: Markdown): Finding {
  const { text, stopReason } = request;
  const isCut = stopReason === "max_tokens";
  // A tool's call goes on where the text ends; a stop string ends it where the caller wanted.
  if (stopReason !== "end_turn" && !isCut) return sound;
  const end = brokenEnd(request, markdown, isCut);
  if (!isCut && end === undefined) return sound;
  return {
    passed: false,
    detail: [isCut ? "Cut at max_tokens" : undefined, end?.where].filter(Boolean).join(": "),
    ...(end?.isSentence ? { repair: [{ at: text.trimEnd().length, text: fullStopFor(text) }] } : {}),
  };
}

function brokenEnd(
  { text, expectedDetail }: QualityRequest,
  markdown: Markdown,
  isCut: boolean,
): BrokenEnd | undefined {
  if (text.trim() === "") return { where: "The answer is empty" };
  if (looksLikeJson.test(text))
    return /[}\]]$/.test(text.trimEnd()) ? undefined : { where: "Ends inside JSON" };
  const block = lastBlock(markdown);
  if (block.name === "ListItem") return { where: "Ends inside a list item with nothing in it" };
  const fence = markdown.fences.at(-1);
  if (block.name === "FencedCode" && fence?.isClosed === false)
    return { where: `Ends inside the code block that begins on line ${fence.line}` };
  if (block.name !== "Paragraph") return undefined;
  const item = block.parent?.name === "ListItem" ? block.parent : undefined;
  const lines = linesOf(text.slice(block.from, block.to));
  const last = lines.at(-1)?.trimEnd() ?? "";
  const isOpen = isCut
    ? !isEnded(last)
    : breaksOff(last) ||
      (expectedDetail !== "brief" &&
        isOpenSentence(last) &&
        (item === undefined ? isProse(lines) : othersAreSentences(item, text)));
  if (!isOpen) return undefined;
  const what = item === undefined ? "a sentence" : "a list item";
  return {
    where: `Ends inside ${what}: ${JSON.stringify(last.slice(-40))}`,
    isSentence: /[\p{L}\p{M}\p{N}\p{Pe}\p{Pf}"'*_]$/u.test(last),
  };
}

const looksLikeJson = /^\s*(?:\{\s*["}]|\[\s*[{["\]])/;

/** A line that goes on in lower case is the same line to a reader. */
function linesOf(paragraph: string): string[] {
  return paragraph.replaceAll(/^[ \t]*(?:>[ \t]?)+/gm, "").split(/\r?\n(?![^\S\n]*\p{Ll})/u);
}

/** Lines of which none ends with a full stop are verse, an address or a table of values. */
const isProse = (lines: string[]) => lines.length === 1 || lines.slice(0, -1).some(endsSentence);

/** A list of phrases needs no full stops; one of sentences has them to the end. */
function othersAreSentences(item: SyntaxNode, text: string): boolean {
  const others = item.parent?.getChildren("ListItem").slice(0, -1) ?? [];
  return others.length > 1 && others.every(({ from, to }) => endsSentence(text.slice(from, to)));
}
