import type { Tree } from "@lezer/common";
import type { Fault } from "./code-block.ts";
import type { Grammar } from "./code-grammars.ts";
import { lenientFault } from "./lenient-fault.ts";
import { blank } from "./newer-syntax.ts";

/** The first place at which the code stops to make sense to every parser that knows its language. */
export function syntaxFault(code: string, grammar: Grammar): Fault | undefined {
  const tree = grammar.parserFor(code).parse(code);
  const fault = firstFault(tree, code, grammar);
  return fault === undefined || grammar.secondOpinion?.(withoutElements(tree, code, grammar))
    ? undefined
    : fault;
}

function firstFault(
  tree: Tree,
  code: string,
  { language }: Grammar,
  { from, to } = { from: 0, to: code.length },
): Fault | undefined {
  let first: Fault | undefined;
  tree.iterate({
    from,
    to,
    enter(node) {
      if (first === undefined)
        first = node.type.isError ? { at: node.from } : lenientFault(node, code, language);
      return first === undefined;
    },
  });
  return first;
}

/** The code with every sound JSX element a number of the same length: the second parser does not know them. */
function withoutElements(tree: Tree, code: string, grammar: Grammar): string {
  let text = "";
  let end = 0;
  tree.iterate({
    enter(node) {
      if (node.name !== "JSXElement") return true;
      if (firstFault(tree, code, grammar, node) !== undefined) return false;
      text += `${code.slice(end, node.from)}0${blank(code.slice(node.from + 1, node.to))}`;
      end = node.to;
      return false;
    },
  });
  return text + code.slice(end);
}
