import type { CodeBlock, CodeError, Fault } from "./code-block.ts";
import { type Grammar, grammars } from "./code-grammars.ts";
import { jsonFault } from "./json-fault.ts";
import { syntaxFault } from "./syntax-fault.ts";

/** What is wrong with the code, and where; undefined for code that parses, as a file or as a part of one. */
export function findCodeError({ language, code }: CodeBlock): CodeError | undefined {
  const text = code.replace(/^\uFEFF/, "");
  if (text.trim() === "") return undefined;
  if (language === "json") return describe(text, jsonFault(text));
  const grammar = grammars[language];
  const plain = grammar.prepare?.(text) ?? text;
  return describe(plain, faultOfEveryReading(plain, grammar));
}

/** What is longer is no part of a file that an answer shows. */
const MAX_PART_LENGTH = 50_000;

/** Of all ways to read the code, the one that got the furthest is the one that was meant. */
function faultOfEveryReading(code: string, grammar: Grammar): Fault | undefined {
  const shapes = code.length > MAX_PART_LENGTH ? grammar.shapes.slice(0, 1) : grammar.shapes;
  let furthest: Fault = { at: -1 };
  for (const text of new Set([code, ...grammar.respellings.map((respell) => respell(code))])) {
    for (const { before, after, fits } of shapes) {
      if (fits?.test(text) === false) continue;
      const whole = before + text + after;
      const fault = syntaxFault(whole, grammar);
      if (fault === undefined) return undefined;
      const at = fault.at - before.length;
      // Where what comes after it is one too many, the code has already closed what comes before it.
      const isPart = at < text.length || fault.at === whole.length;
      if (isPart && at > furthest.at) furthest = { ...fault, at };
    }
  }
  return furthest;
}

function describe(code: string, fault: Fault | undefined): CodeError | undefined {
  if (fault === undefined) return undefined;
  const end = code.trimEnd().length;
  const at = Math.max(0, Math.min(fault.at, end));
  const line = code.slice(0, at).split("\n").length;
  return {
    line,
    message: fault.message ?? (at === end ? "the code ends too early" : whatStandsAt(code, at)),
  };
}

function whatStandsAt(code: string, at: number): string {
  const rest = /^.*/.exec(code.slice(at))?.[0].trim() ?? "";
  const [next] = /^(?:[\p{L}\p{N}_$]+|.)/u.exec(rest) ?? [];
  return next === undefined ? "the line ends too early" : `unexpected ${JSON.stringify(next)}`;
}
