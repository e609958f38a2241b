/** What is looked at in an answer, in this order. */
export const checkNames = [
  "completeness",
  "formatting",
  "code_validity",
  "language_quality",
  "response_length",
] as const;

export type CheckName = (typeof checkNames)[number];
