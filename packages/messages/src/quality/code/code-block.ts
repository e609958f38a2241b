export type CodeLanguage = "python" | "javascript" | "typescript" | "java" | "json";

export interface CodeBlock {
  language: CodeLanguage;
  code: string;
}

export interface CodeError {
  /** Within the block, from 1. */
  line: number;
  message: string;
}

/** A place in the code where it stops to make sense; without a message, what stands there says it. */
export interface Fault {
  at: number;
  message?: string;
}
