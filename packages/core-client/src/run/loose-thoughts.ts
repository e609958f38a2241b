import { allTags, isAlone, mayHaveTags } from "./thought-tags.ts";

/** Longer texts are not parted: no model thinks so much before it says a word. */
const MAX_PARTED_CHARACTERS = 256 * 1024;
/** Before an opening tag that is never closed: a first word, not an answer. */
export const MAX_FIRST_WORD = 40;

/** An answer and the thoughts that stood in it. */
export interface PartedText {
  text: string;
  thinking: string;
}

/**
 * Parts a whole text: what stands before a closing tag without an opening one, and between two tags. `thinks`: the model
 * does; else only a tag that has a line for itself counts.
 */
export function partText(whole: string, thinks: boolean): PartedText {
  if (whole.length > MAX_PARTED_CHARACTERS) return { text: whole, thinking: "" };
  const tags = allTags(whole).filter((tag) => thinks || isAlone(whole, tag));
  const thoughts: string[] = [];
  let text = "";
  let at = 0;
  let next = 0;
  for (const [index, tag] of tags.entries()) {
    if (index < next) continue;
    if (!tag.opens) {
      thoughts.push(text + whole.slice(at, tag.start));
      text = "";
      at = afterSpace(whole, tag.end);
      continue;
    }
    const before = text + whole.slice(at, tag.start);
    next = index + 1;
    while (tags[next]?.opens) next++;
    const close = tags[next++];
    if (close === undefined) {
      if (before.length > MAX_FIRST_WORD) break;
      thoughts.push(whole.slice(tag.end));
      text = before.trimEnd();
      at = whole.length;
      break;
    }
    thoughts.push(whole.slice(tag.end, close.start));
    text = before;
    at = afterSpace(whole, close.end);
  }
  const thinking = thoughts.map((thought) => thought.trim()).filter(Boolean);
  return { text: text + whole.slice(at), thinking: thinking.join("\n\n") };
}

const afterSpace = (text: string, from: number) => text.length - text.slice(from).trimStart().length;

/** The answer without the thoughts that its server left in it. `thinks` is asked only where a tag is there. */
export async function withoutLooseThoughts<Answer extends { response: string; thinking?: string }>(
  answer: Answer,
  thinks: () => Promise<boolean>,
): Promise<Answer> {
  if (!mayHaveTags(answer.response)) return answer;
  const { text, thinking } = partText(answer.response, answer.thinking === undefined && (await thinks()));
  if (text === answer.response) return answer;
  const all = [answer.thinking, thinking].filter(Boolean).join("\n\n");
  return { ...answer, response: text, ...(all === "" ? {} : { thinking: all }) };
}
