import { shortLine } from "@ollama-bridge/foundation";
import { translatePattern } from "./translate-pattern.ts";

/** Instructions that the engine steps through; above, a long text would take seconds. */
const MAX_PROGRAM_SIZE = 5_000;

/** A regular expression that is run in time proportional to the text, whatever it looks like. */
export interface LinearPattern {
  test(text: string): boolean;
}

let engine: typeof import("re2js") | undefined;
const known = new Map<string, LinearPattern | { fault: string }>();

/** Loads what runs patterns. It must be there before a pattern is checked, for the check of a schema cannot wait. */
export async function loadPatternEngine(): Promise<void> {
  engine ??= await import("re2js");
}

/**
 * Makes a pattern in JavaScript's syntax, without regard to case.
 * @throws Error for a pattern that has a fault.
 */
export function linearPattern(pattern: string): LinearPattern {
  const compiled = compile(pattern);
  if ("fault" in compiled) throw new Error(`the pattern ${pattern} ${compiled.fault}`);
  return compiled;
}

/** Says why a pattern cannot be run in linear time, with the part that is to blame; `undefined` when it can. */
export function patternFault(pattern: string): string | undefined {
  const compiled = compile(pattern);
  return "fault" in compiled ? compiled.fault : undefined;
}

/** The faults that show without the engine, at next to no cost: no pattern at all, look-arounds, back-references. */
export function syntaxFault(pattern: string): string | undefined {
  try {
    new RegExp(pattern, "iu");
  } catch {
    return "is not a regular expression";
  }
  const translated = translatePattern(pattern);
  return typeof translated === "string" ? undefined : cannotRun(translated.unsupported);
}

function compile(pattern: string): LinearPattern | { fault: string } {
  let compiled = known.get(pattern);
  if (compiled === undefined) {
    const fault = syntaxFault(pattern);
    compiled = fault === undefined ? withEngine(String(translatePattern(pattern))) : { fault };
    known.set(pattern, compiled);
  }
  return compiled;
}

function withEngine(translated: string): LinearPattern | { fault: string } {
  if (engine === undefined) throw new Error("a pattern was checked before loadPatternEngine");
  const { RE2JS, RE2JSSyntaxException } = engine;
  try {
    const program = RE2JS.compile(translated, RE2JS.CASE_INSENSITIVE);
    return program.programSize() > MAX_PROGRAM_SIZE ? { fault: "is too large" } : program;
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    return { fault: cannotRun(error.getPattern() ?? error.getDescription()) };
  }
}

const cannotRun = (part: string) =>
  `cannot be run in linear time because of ${shortLine(part)}; write it without`;
