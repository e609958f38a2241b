import type { Fence, Markdown } from "../markdown.ts";
import { type Finding, sound } from "../quality.ts";
import type { CodeBlock, CodeLanguage } from "./code-block.ts";

/** The languages that are looked at, by what stands after a fence. */
const languages = new Map<string, CodeLanguage>([
  ["python", "python"],
  ["py", "python"],
  ["javascript", "javascript"],
  ["js", "javascript"],
  ["jsx", "javascript"],
  ["typescript", "typescript"],
  ["ts", "typescript"],
  ["tsx", "typescript"],
  ["java", "java"],
  ["json", "json"],
]);

const COMMAND = [
  "npx -y -p @ollama-bridge/messages",
  ...["java", "javascript", "json", "python"].map((language) => `-p @lezer/${language}`),
  "ollama-bridge-messages",
].join(" ");

const skipped = (why: string): Finding => ({ passed: true, skipped: true, detail: `Not looked at: ${why}` });

/** Whether the code blocks parse. Blocks that could not be parsed in time do not fail it. */
export async function checkCodeValidity({ fences }: Markdown, validateSyntax: boolean): Promise<Finding> {
  const blocks = fences.flatMap((fence) => {
    const language = languageOf(fence);
    return language === undefined ? [] : [{ language, code: fence.code, line: fence.line }];
  });
  if (blocks.length === 0) return sound;
  if (!validateSyntax) return skipped("enhancement_rules.validate_syntax is off");
  const { parseCode } = await import("./parse-code.ts");
  const { errors, stopped, installed } = await parseCode(
    blocks.map(({ language, code }): CodeBlock => ({ language, code })),
  );
  if (!installed) return skipped(`the parsers are not installed. Start the server with them: \`${COMMAND}\``);
  const problems = errors.flatMap((error, index) => {
    const block = blocks[index];
    if (error === undefined || block === undefined) return [];
    return `${block.language}, line ${block.line + error.line}: ${error.message}`;
  });
  const rest = `${blocks.length - errors.length} of ${blocks.length} blocks not looked at: ${stopped}`;
  const details = stopped === undefined ? problems : [...problems, rest];
  return { passed: problems.length === 0, ...(details.length > 0 ? { detail: details.join("; ") } : {}) };
}

function languageOf({ info }: Fence): CodeLanguage | undefined {
  return languages.get(/^[{.]*([^\s,:;{}]*)/.exec(info)?.[1]?.toLowerCase() ?? "");
}
