import module from "node:module";
import { parser as java } from "@lezer/java";
import { parser as javascript } from "@lezer/javascript";
import { parser as python } from "@lezer/python";
import type { CodeLanguage } from "./code-block.ts";
import { respellJava, respellMethods, respellPython, respellScript } from "./newer-syntax.ts";

/** How code of a language is read. It is fine when one of the readings makes sense of it. */
export interface Grammar {
  language: CodeLanguage;
  parserFor(code: string): Pick<typeof python, "parse">;
  /** Takes away what is no code. */
  prepare?(code: string): string;
  /** Tried where the code as it is does not parse. */
  respellings: readonly ((code: string) => string)[];
  /** What is put around a part of a file to make it whole; `fits` tells which parts may be such a one. */
  shapes: readonly { before: string; after: string; fits?: RegExp }[];
  /** Whether another parser accepts what the first did not. */
  secondOpinion?(code: string): boolean;
}

const jsx = javascript.configure({ dialect: "jsx" });
const typed = javascript.configure({ dialect: "ts" });
const typedJsx = javascript.configure({ dialect: "ts jsx" });

const file = { before: "", after: "" };
const scriptShapes = [
  file,
  { before: "({", after: "\n})" },
  { before: "(", after: "\n)" },
  { before: "class A extends B {", after: "\n}" },
  { before: "async function* f() {", after: "\n}" },
  { before: "<>", after: "</>", fits: /^\s*<.*>\s*$/s },
];

export const grammars: Record<Exclude<CodeLanguage, "json">, Grammar> = {
  python: {
    language: "python",
    parserFor: () => python,
    prepare: (code) => dedent(typedLines(code)),
    respellings: [respellPython],
    shapes: [file],
  },
  javascript: {
    language: "javascript",
    parserFor: () => jsx,
    respellings: [respellScript],
    shapes: scriptShapes,
    secondOpinion: (code) => acceptedByNode(code, "javascript"),
  },
  typescript: {
    language: "typescript",
    parserFor: (code) => (/<\/|\/>/.test(code) ? typedJsx : typed),
    respellings: [respellScript],
    shapes: [...scriptShapes, { before: "type A =", after: "" }],
    secondOpinion: (code) => acceptedByNode(code, "typescript"),
  },
  java: {
    language: "java",
    parserFor: () => java,
    respellings: [respellJava, (code) => respellMethods(respellJava(code))],
    shapes: [file, { before: "class A {", after: "\n}" }, { before: "class A { Object a =", after: "\n;}" }],
  },
};

/** Node's own parser knows newer TypeScript than the grammar does, and no JSX. */
function acceptedByNode(code: string, language: "javascript" | "typescript"): boolean {
  try {
    const untyped = module.stripTypeScriptTypes(code);
    return language === "typescript" || untyped === code;
  } catch (error) {
    // It parsed, and has more than types in it: an enum, for one.
    const { code: reason } = error as NodeJS.ErrnoException;
    return language === "typescript" && reason === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX";
  }
}

/** What was typed in a transcript of Python's prompt, line by line; other code as it is. */
function typedLines(code: string): string {
  if (!/^(?:[ \t]*(?:#.*)?\n)*[ \t]*>>> /.test(code)) return code;
  return code
    .split("\n")
    .map((line) => /^\s*(?:>>>|\.\.\.) (.*)$/.exec(line)?.[1] ?? "")
    .join("\n");
}

function dedent(code: string): string {
  const indentations = code.match(/^[ \t]*(?=\S)/gm) ?? [];
  let common = indentations[0] ?? "";
  for (const each of indentations) while (!each.startsWith(common)) common = common.slice(0, -1);
  return common === "" ? code : code.replaceAll(new RegExp(`^${common}`, "gm"), "");
}
