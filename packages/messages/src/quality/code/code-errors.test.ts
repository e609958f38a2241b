import { expect, test } from "vitest";
import type { CodeLanguage } from "./code-block.ts";
import { findCodeError } from "./code-errors.ts";

const sound: [CodeLanguage, string, string][] = [
  [
    "python",
    "names of 3.12",
    "type A[T] = list[T]\ndef f[T: int](x: T, /, *, y: str | None = None) -> T: ...\n",
  ],
  ["python", "f-strings of 3.12", 'print(f"{", ".join(names)} {d["k"]!r:>{width}} {{}} {x=}")\n'],
  [
    "python",
    "match",
    'match a, b:\n    case Point(x=0), []:\n        pass\n    case {"k": v, **rest} if v:\n        pass\n    case Circle():\n        pass\n',
  ],
  ["python", "walrus", "while chunk := f.read(1):\n    print(y := chunk)\n"],
  ["python", "with in parentheses", 'with (open("a") as a, open("b") as b):\n    pass\n'],
  ["python", "async", "async def f():\n    async with a as b:\n        return [x async for x in b]\n"],
  [
    "python",
    "a bare yield and decorators",
    "@buttons[0].clicked\ndef f():\n    x = yield\n    return np.array([1., 2.])\n",
  ],
  [
    "python",
    "a body that is indented as a whole",
    "    def f(self):\n        return 1\n\n    async def g(self):\n        await self.f()\n",
  ],
  ["python", "a body alone", "    total += 1\n    return total\n"],
  ["python", "only imports", "import os, sys\nfrom . import x\nfrom a.b import (c, d as e,)\n"],
  ["python", "placeholders", "def f(x): ...\nclass A:\n    ...\n    x = 1\n…\n"],
  [
    "python",
    "a transcript",
    ">>> def f(x):\n...     return x\n...\n>>> f(1)\n1\n>>> 1/0\nTraceback (most recent call last):\nZeroDivisionError: division by zero\n",
  ],
  ["python", "a notebook's cell", "%matplotlib inline\n!pip install numpy\nimport numpy as np\n"],
  ["python", "lines continued", 'x = 1 + \\\n    2\ny = ("a"\n"b")\n# c\n'],
  ["python", "tabs", "if a:\n\tif b:\n\t\tpass\n\telse:\n\t\tpass\n"],
  [
    "javascript",
    "modules",
    'import a, { b as c } from "d" with { type: "json" };\nexport * as e from "f";\nconst g = await import("h");\n',
  ],
  ["javascript", "no semicolons", "const a = 1\nlet b = a\n++b\nfoo()\n"],
  ["javascript", "a swap", "for (let i = 0; i < n; i++) {\n  [a[i], a[j]] = [a[j], a[i]];\n}\n"],
  [
    "javascript",
    "classes",
    "class A extends B { static #x = 1; static { init(); } get y() { return this.#x ?? super.y?.[0]; } async *z() {} }\n",
  ],
  ["javascript", "literals", `const r = /[/\\]]+/gv, s = \`a \${\`b\${c}\`}\`, n = 1_000n / 2n;\n`],
  [
    "javascript",
    "JSX",
    'const A = () => (\n  <>\n    {/* comment */}\n    <B.C key="x" {...d} on={() => {}}>it\'s {e && <f />}</B.C>\n  </>\n);\n',
  ],
  ["javascript", "a conditional that looks like a type", "const x = a ? (b) : c => d;\n"],
  ["javascript", "placeholders", "function f() { ... }\nconst { a, ... } = b;\n...\n"],
  ["javascript", "a method alone", "async render() {\n  return 1;\n}\n"],
  ["javascript", "members of an object", "a: 1,\nb() {},\n'c': [2],\n"],
  ["javascript", "an object alone", "{ a: 1, b: 2 }\n"],
  ["javascript", "return and await on their own", "const a = await b();\nif (!a) return;\n"],
  [
    "typescript",
    "generics",
    "const f = <T, U extends keyof T>(a: T, b: U): T[U] => a[b] as T[U];\nconst g = (x: unknown): x is string => true;\n",
  ],
  [
    "typescript",
    "types",
    `type M<T> = { -readonly [K in keyof T as \`get\${K & string}\`]-?: T[K] extends [infer H extends string, ...infer R] ? H : never };\ntype T = [a: string, b?: number, ...c: boolean[]];\n`,
  ],
  [
    "typescript",
    "enums and namespaces",
    'const enum A { B = 1 << 0, "c-d" = 2 }\nnamespace N.M { export const x = 1 }\ndeclare module "x" { export function f(): void; }\n',
  ],
  [
    "typescript",
    "decorators",
    '@Component({ selector: "a" })\nexport class A { @Input() b!: string; constructor(@Inject(D) private readonly d?: D) { super(); } }\n',
  ],
  [
    "typescript",
    "casts and satisfies",
    "const a = <HTMLElement>b;\nconst c = { d: 1 } as const satisfies X;\nlet e!: number;\n",
  ],
  [
    "typescript",
    "TSX",
    "const f = <T,>(x: T): x is T & B => true;\nexport const A: FC<P> = ({ x }) => <div>{x}</div>;\n",
  ],
  ["typescript", "members of a class", "private x: number = 1;\nfoo(): void {\n  this.x++;\n}\n"],
  ["typescript", "a type alone", "{\n  a: string;\n  b?: number;\n}\n"],
  [
    "java",
    "a file",
    "package a.b;\nimport java.util.*;\npublic sealed interface S permits A {}\nfinal class A<T extends Comparable<T>> implements S { @Override public <U> List<? super U> m(final int[] a, String... b) throws E { return null; } }\n",
  ],
  [
    "java",
    "records and text blocks",
    'record P(int x, int y) { P { if (x < 0) throw new E(App.class); } }\nclass A { String s = """\n    {"a": "b"}\n    """; }\n',
  ],
  [
    "java",
    "switch that is an expression",
    "class A { int f(Object o) { return switch (o) { case Integer i when i > 1 -> 1; case P(int x, var y) -> { yield 2; } case null, default -> throw new E(); }; } }\n",
  ],
  [
    "java",
    "patterns and lambdas",
    "class A { void f(int from, int to) { if (o instanceof P(int x, _) && b) {} list.stream().map(x -> x + 1).forEach(System.out::println); var c = App.class; } }\n",
  ],
  ["java", "a method alone", "@Override\npublic String toString() {\n    return name;\n}\n"],
  [
    "java",
    "statements",
    'List<String> a = new ArrayList<>();\na.add("x");\nfor (var s : a) { System.out.println(s); }\n',
  ],
  [
    "java",
    "imports and a method",
    "import java.util.List;\n\nvoid main() {\n    IO.println(List.of());\n}\n",
  ],
  [
    "java",
    "a method and how it is used",
    "public static int add(int a, int b) {\n    return a + b;\n}\n\nint sum = add(1, 2);\nSystem.out.println(sum);\n",
  ],
  ["java", "an expression", "list.stream().map(String::length).toList()\n"],
  ["java", "placeholders", "class A {\n    // ...\n    ...\n    void f() { ... }\n}\n"],
  ["json", "a value", '{"a": [1, 2.5e3, null, "\\u00e9"]}'],
  ["json", "members of an object", '"scripts": {\n  "test": "vitest"\n},\n'],
];

test.each(sound)("%s that parses: %s", (language, _name, code) => {
  expect(findCodeError({ language, code })).toBeUndefined();
  expect(findCodeError({ language, code: `\uFEFF\n${code}` })).toBeUndefined();
});

const broken: [CodeLanguage, string, string, number, string][] = [
  ["python", "no colon", "def f(x)\n    return x\n", 1, "the line ends too early"],
  ["python", "an open bracket", "x = [1, 2\ny = 3\n", 2, 'unexpected "y"'],
  ["python", "one bracket too many", 'print("a"))\n', 1, 'unexpected ")"'],
  ["python", "no indentation", "def f():\nreturn 1\n", 2, 'unexpected "return"'],
  ["python", "an indentation too many", "a = 1\n    b = 2\n", 2, "unexpected indentation"],
  [
    "python",
    "an indentation of its own",
    "def f():\n        a = 1\n    return a\n",
    3,
    "unexpected indentation",
  ],
  ["python", "tabs among spaces", "def f():\n        a = 1\n\tb = 2\n", 3, "unexpected indentation"],
  ["python", "an open string", 'x = "abc\ny = 1\n', 1, "the string is not closed"],
  ["python", "a string that its last backslash keeps open", 'x = "C:\\"\n', 1, "the string is not closed"],
  ["python", "print of Python 2", 'print "hello"\n', 1, "print without parentheses, as in Python 2"],
  ["python", "cut off", "def f(x):\n    if x:\n", 2, "the code ends too early"],
  ["python", "another language", "function f() { return 1; }\n", 1, 'unexpected "f"'],
  ["python", "curly quotes", "print(“hello”)\n", 1, 'unexpected "“"'],
  ["python", "else if", "if a:\n    pass\nelse if b:\n    pass\n", 3, 'unexpected "if"'],
  ["python", "a wrong line in a transcript", ">>> f(1\n>>> g(2)\n", 2, 'unexpected "g"'],
  ["javascript", "no closing brace", "function f() {\n  return 1;\n", 2, "the code ends too early"],
  ["javascript", "one brace too many", "function f() {\n}\n}\ng();\n", 3, 'unexpected "}"'],
  ["javascript", "an open bracket", "if (x {\n  y();\n}\n", 1, 'unexpected "{"'],
  ["javascript", "an open string", 'const a = "abc;\nfoo();\n', 1, "the string is not closed"],
  ["javascript", "an open template", "const a = `abc\nfoo();\n", 2, "the code ends too early"],
  [
    "javascript",
    "an open regular expression",
    "const a = /abc;\n",
    1,
    "the regular expression is not closed",
  ],
  ["javascript", "two statements in one line", "foo() bar()\n", 1, 'unexpected "bar"'],
  ["javascript", "a reserved word as a name", "let class = 1;\n", 1, 'unexpected "class"'],
  ["javascript", "types", "function f(x: number) {}\n", 1, "a type, as in TypeScript"],
  ["javascript", "tags that cross", "const a = <b><i>x</b></i>;\n", 1, "the closing tag is another one's"],
  ["typescript", "no type", "let x: = 1;\n", 1, 'unexpected "="'],
  ["typescript", "an open interface", "interface A {\n  b: string;\n", 2, "the code ends too early"],
  [
    "typescript",
    "an open tag",
    "const A = () => (\n  <div>\n    <p>hi</p>\n);\n",
    2,
    "the closing tag is another one's",
  ],
  [
    "java",
    "no semicolon",
    "class A {\n  void f() {\n    int x = 1\n    foo();\n  }\n}\n",
    4,
    'unexpected "foo"',
  ],
  [
    "java",
    "a method without its last brace",
    "public void f() {\n  if (x) {\n    y();\n}\n",
    4,
    "the code ends too early",
  ],
  ["java", "a bad loop", "for (int i = 0; i < 5, i++) {}\n", 1, 'unexpected ","'],
  ["java", "an open string", 'String s = "abc;\nf();\n', 1, 'unexpected "\\""'],
  ["java", "try alone", "try { x(); }\ny();\n", 1, "try that catches nothing"],
  ["json", "a comma too many", '{\n  "a": 1,\n}', 3, "Expected double-quoted property name"],
  ["json", "a comment", '{\n  "a": 1, // one\n  "b": 2\n}', 2, "Expected double-quoted property name"],
  ["json", "single quotes", "{'a': 1}", 1, "Expected property name or '}'"],
  ["json", "a place that is not named", '{\n  "a": undefined\n}', 2, "Unexpected token 'u'"],
  ["json", "cut off", '{"a": [1,\n2', 2, "Expected ',' or ']' after array element"],
  ["json", "something left out", "[1, 2, ...]", 1, "Unexpected token '.'"],
];

test.each(broken)("%s with %s", (language, _name, code, line, message) => {
  expect(findCodeError({ language, code })).toEqual({ line, message });
});

test("code as long as answers get is read to its end", () => {
  const line = "const f = (x: number): number => [x, x + 1].map((y) => y * 2)[0];\n";
  const code = `${line.repeat(8_000)}let = ;\n`;
  expect(findCodeError({ language: "typescript", code })).toMatchObject({ line: 8_001 });
});
