/**
 * Syntax that the grammars do not know yet, spelled as they know it, and code left out with `...`, blanked. All of the
 * same length, so that places stay; a literal or comment that is changed by it parses as before.
 */
type Respelling = readonly [pattern: RegExp, replacement: (match: string) => string];

const respell =
  (...respellings: Respelling[]) =>
  (code: string): string =>
    respellings.reduce((text, [pattern, replacement]) => text.replaceAll(pattern, replacement), code);

export const blank = (text: string) => text.replaceAll(/[^\n]/g, " ");
const always = (text: string) => () => text;
const name = (text: string) => "x".repeat(text.length);
const semicolons = (text: string) => ";".repeat(text.length);

const leftOut: Respelling = [/(?:\.\.\.|…),?(?=[ \t]*(?:[)\]};]|\n|$))/g, blank];

export const respellPython = respell(
  // A notebook's commands.
  [/^[ \t]*(?:!|%{1,2}[a-z]).*$/gm, blank],
  [/…/g, always("_")],
  // 1. and a bare yield.
  [/(?<=\d)\.(?![\w.])/g, always("0")],
  [/\byield(?=[ \t]*(?:\)|#|$))/gm, always("None ")],
  // with (open(a) as b, open(c) as d):
  [/\bas\b/g, always(", ")],
  // @ before more than a name, [*a].
  [/@(?<=^[ \t]*@)/gm, always("-")],
  [/\[\*/g, always("[-")],
  // match with more than a simple expression, and patterns with nothing in them.
  [/(?<=^[ \t]*match ).+(?=:[ \t]*(?:#.*)?$)/gm, name],
  [/^[ \t]*case\b.*/gm, (line) => line.replaceAll(/\b\(\)/g, ".a").replaceAll(/\[\]|\{\}/g, "__")],
);

export const respellScript = respell(leftOut, [
  // JSX with nothing but a comment in its braces.
  /\{\s*\/\*(?:[^*]|\*(?!\/)){0,200}\*\/\s*\}/g,
  (braces) => `{0${blank(braces.slice(2, -1))}}`,
]);

export const respellJava = respell(
  leftOut,
  [/^[ \t]*(?:package|import)\s[^;\r\n]*;/gm, blank],
  [/\b(?<!\w\.*)[\w.]+(?:\[\])*\.class\b/g, name],
  // Words of the language in the declaration of a module only.
  [/\b(?:to|with|uses|opens|exports|provides|requires|transitive)\b/g, name],
  // A switch that is an expression becomes a statement.
  [/(?<![-+*/%&|^<>])[-+*/%&|^<>]*=(?=\s*switch\s*\()/g, semicolons],
  [/\b(?:return|yield)(?=\s+switch\s*\()/g, semicolons],
  [/\byield(?=\s+[^=\s;.)])/g, always("throw")],
  // Patterns, of cases and of instanceof.
  [/\bcase\s(?:[^;{}:"']|"[^"\n]*"){0,200}?->/g, (label) => `case 0${blank(label.slice(8))}->`],
  [/\((?<=\binstanceof\s+[\w.<>]+\s*\()[^()]*(?:\([^()]*\)[^()]*){0,100}\)/g, blank],
);

/** A method among statements becomes a block. */
export const respellMethods = respell([
  /^[ \t]*(?:(?:public|private|protected|static|final)\s+){1,9}[^;{}()=@]{0,200}\([^()]*\)\s*(?:throws\s[\w.,\s]+)?(?=\{)/gm,
  blank,
]);
