import type { SyntaxNodeRef } from "@lezer/common";
import type { CodeLanguage, Fault } from "./code-block.ts";

/** What the grammars, made for editors, let through: unclosed strings, odd names, lines that are indented anyhow. */
export function lenientFault(node: SyntaxNodeRef, code: string, language: CodeLanguage): Fault | undefined {
  const { name, from, to } = node;
  switch (name) {
    case "String":
    case "FormatString":
      return isClosed(code.slice(from, to)) ? undefined : { at: from, message: "the string is not closed" };
    case "RegExp":
      return /^\/.+\/[a-z]*$/s.test(code.slice(from, to))
        ? undefined
        : { at: from, message: "the regular expression is not closed" };
    case "TryStatement":
      return ["except", "finally", "CatchClause", "FinallyClause"].some((end) => node.node.getChild(end))
        ? undefined
        : { at: from, message: "try that catches nothing" };
    case "JSXElement":
      return tagsMatch(node, code) ? undefined : { at: from, message: "the closing tag is another one's" };
    case "PrintStatement":
      return { at: from, message: "print without parentheses, as in Python 2" };
    case "Script":
    case "Body":
    case "MatchBody":
      return language === "python" ? unevenLine(node, code) : undefined;
  }
  if (language === "javascript" && node.type.is("Type"))
    return { at: from, message: "a type, as in TypeScript" };
  return names.has(name) ? oddCharacter(code.slice(from, to), from) : undefined;
}

/** Whether a literal ends with the quote that it begins with. */
function isClosed(literal: string): boolean {
  const [start = "", quote = ""] = /^[a-z]{0,2}("""|'''|"|')/i.exec(literal) ?? [];
  const rest = literal.slice(start.length);
  if (!rest.endsWith(quote)) return false;
  const [escapes = ""] = /\\*$/.exec(rest.slice(0, -quote.length).slice(-100)) ?? [];
  return escapes.length % 2 === 0;
}

function tagsMatch({ node }: SyntaxNodeRef, code: string): boolean {
  const [open, close] = ["JSXOpenTag", "JSXCloseTag"].map((tag) => {
    const name = node.getChild(tag)?.firstChild?.nextSibling;
    return name && name.name !== "JSXEndTag" ? code.slice(name.from, name.to) : "";
  });
  return open === close;
}

/** The first statement of a Python body that does not stand where the others do. */
function unevenLine({ name, node }: SyntaxNodeRef, code: string): Fault | undefined {
  let expected = name === "Script" ? "" : undefined;
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name === "Comment" || child.name === ":" || child.type.isError) continue;
    const indentation = code.slice(code.lastIndexOf("\n", child.from - 1) + 1, child.from);
    if (/\S/.test(indentation)) continue;
    expected ??= indentation;
    if (indentation !== expected) return { at: child.from, message: "unexpected indentation" };
  }
  return undefined;
}

const names = new Set([
  "VariableName",
  "VariableDefinition",
  "PropertyName",
  "PropertyDefinition",
  "TypeName",
  "Identifier",
  "Definition",
]);

/** The grammars take every character beyond ASCII for a letter, a curly quote too. */
function oddCharacter(name: string, from: number): Fault | undefined {
  const odd = /(?!\u200c|\u200d)[^\p{ID_Continue}$\s]/u.exec(name);
  return odd === null ? undefined : { at: from + odd.index };
}
