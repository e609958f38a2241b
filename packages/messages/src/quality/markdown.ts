import type { SyntaxNode, SyntaxNodeRef, Tree } from "@lezer/common";
import { parser, Table } from "@lezer/markdown";

/** A fenced code block; `to` is its end, or where its container or the text ends before it is closed. */
export interface Fence {
  from: number;
  to: number;
  /** Of the opening fence, from 1. */
  line: number;
  mark: string;
  info: string;
  code: string;
  isClosed: boolean;
}

/** A text with its blocks, as CommonMark has them. */
export interface Markdown {
  text: string;
  tree: Tree;
  fences: Fence[];
}

/** Without what stands within lines: it would take time that grows with the square of the text. */
const blockParser = parser.configure([
  Table,
  {
    remove: [
      "Escape",
      "Entity",
      "InlineCode",
      "HTMLTag",
      "Emphasis",
      "HardBreak",
      "Link",
      "Image",
      "LinkEnd",
    ],
  },
]);

/** So many containers at the start of a line are a model's loop, and every one costs as much as all before it. */
const tooDeep = /^[ \t]*(?:(?:>|[-*+]|\d{1,9}[.)])[ \t]*){32,}/gm;

export function readMarkdown(text: string): Markdown {
  // Of the same length, so that places stay: the parser knows one kind of line end.
  const plain = text
    .replaceAll("\r\n", " \n")
    .replaceAll("\r", "\n")
    .replaceAll(tooDeep, (marks) => "x".repeat(marks.length));
  const tree = blockParser.parse(plain);
  const fences: Fence[] = [];
  let line = 1;
  let counted = 0;
  tree.iterate({
    enter(node) {
      if (node.name !== "FencedCode") return true;
      for (; counted < node.from; counted++) if (plain.charCodeAt(counted) === 10) line++;
      fences.push(readFence(node, text, line));
      return false;
    },
  });
  return { text, tree, fences };
}

function readFence({ node, from, to }: SyntaxNodeRef, text: string, line: number): Fence {
  const textOf = (child: SyntaxNode) => text.slice(child.from, child.to);
  const [mark = "", ...ends] = node.getChildren("CodeMark").map(textOf);
  const code = node.getChildren("CodeText").map(textOf).join("").replaceAll(/\r\n?/g, "\n");
  const [info = ""] = node.getChildren("CodeInfo").map(textOf);
  return { from, to, line, mark, info, code, isClosed: ends.length > 0 };
}

const containers = new Set(["Document", "BulletList", "OrderedList", "ListItem", "Blockquote"]);
const marks = new Set(["ListMark", "QuoteMark"]);

/** The paragraphs, headings, code blocks and so on, at every depth, in their order. */
export function eachBlock({ tree }: Markdown, see: (block: SyntaxNodeRef) => void): void {
  tree.iterate({
    enter(node) {
      if (containers.has(node.name)) return true;
      if (!marks.has(node.name)) see(node);
      return false;
    },
  });
}

/** The last of them, or the list item that has nothing in it yet. */
export function lastBlock({ tree }: Markdown): SyntaxNode {
  let block = tree.topNode;
  while (containers.has(block.name)) {
    let child = block.lastChild;
    while (child !== null && marks.has(child.name)) child = child.prevSibling;
    if (child === null) return block;
    block = child;
  }
  return block;
}

const notProse = new Set(["FencedCode", "CodeBlock", "HTMLBlock", "CommentBlock", "Table"]);

/** The text with code, tables and HTML left blank, line for line. */
export function proseOf(markdown: Markdown): string {
  const { text } = markdown;
  let prose = "";
  let end = 0;
  eachBlock(markdown, ({ name, from, to }) => {
    if (!notProse.has(name)) return;
    prose += text.slice(end, from) + text.slice(from, to).replaceAll(/[^\n]+/g, "");
    end = to;
  });
  return prose + text.slice(end);
}
