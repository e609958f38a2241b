/** What the tools of packages above share with those here. */

export { type AnswerFacts, answerLine, answerNotes, answerText } from "./tools/answer-notes.ts";
export { type AttachArguments, type Attached, attach, withWarnings } from "./tools/attach.ts";
export * as parameters from "./tools/parameters.ts";
export { firstWords, reportProgress } from "./tools/report-progress.ts";
export { choiceData, choiceOf, type RunData, runData, runOutput, warningsData } from "./tools/run-data.ts";
