import { type CheckName, checkNames } from "./check-names.ts";
import { checkCodeValidity } from "./code/code-validity.ts";
import { checkCompleteness } from "./completeness.ts";
import { checkFormatting } from "./formatting.ts";
import { type Insertion, insertInto } from "./insertions.ts";
import { checkLanguageQuality } from "./language-quality.ts";
import { type Markdown, readMarkdown } from "./markdown.ts";
import type { CheckedText, EnhancementRules, Finding, QualityRequest, QualityResult } from "./quality.ts";
import { checkResponseLength, truncate } from "./response-length.ts";

export type { CheckName } from "./check-names.ts";
export type { CheckedText, EnhancementRules, QualityRequest, QualityResult } from "./quality.ts";

type Check = (
  request: QualityRequest,
  markdown: Markdown,
  rules: EnhancementRules,
) => Finding | Promise<Finding>;

const checkers: Record<CheckName, { check: Check; repairedBy?: keyof EnhancementRules }> = {
  completeness: { check: checkCompleteness, repairedBy: "complete_sentences" },
  formatting: { check: (_request, markdown) => checkFormatting(markdown), repairedBy: "fix_code_blocks" },
  code_validity: { check: (_request, markdown, rules) => checkCodeValidity(markdown, rules.validate_syntax) },
  language_quality: { check: checkLanguageQuality, repairedBy: "expand_response" },
  response_length: { check: checkResponseLength },
};

/** A longer answer is not looked at: the parsers would hold up every other call for seconds. */
const MAX_CHARACTERS = 1_000_000;

/** Looks at the answer as the model wrote it, and repairs what `rules` ask for; without a repair it stays as it is. */
export async function checkQuality(
  request: QualityRequest,
  checks: readonly CheckName[],
  rules: EnhancementRules,
): Promise<CheckedText> {
  if (request.text.length > MAX_CHARACTERS) return unchecked(request.text, checks);
  const markdown = readMarkdown(request.text);
  const results: QualityResult[] = [];
  const insertions: Insertion[] = [];
  let truncated = false;
  for (const name of checkNames.filter((each) => checks.includes(each))) {
    const { check, repairedBy } = checkers[name];
    const { passed, skipped, detail, repair = [] } = await check(request, markdown, rules);
    const repairs = repairedBy !== undefined && rules[repairedBy] ? repair : [];
    insertions.push(...repairs);
    if (name === "response_length") truncated = !passed && rules.truncate_response;
    const repaired = repairs.length > 0 || (name === "response_length" && truncated);
    results.push({
      check: name,
      passed,
      ...(skipped === undefined ? {} : { skipped }),
      ...(detail === undefined ? {} : { detail }),
      repaired,
    });
  }
  const text = insertInto(request.text, insertions);
  return { text: truncated ? truncate(text, request) : text, truncated, results };
}

function unchecked(text: string, checks: readonly CheckName[]): CheckedText {
  const detail = `not checked: the answer has more than ${MAX_CHARACTERS.toLocaleString("en")} characters`;
  const results = checks.map((check) => ({ check, passed: false, detail, repaired: false }));
  return { text, truncated: false, results };
}
