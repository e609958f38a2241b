import { expect, test } from "vitest";
import { AnswerAccumulator, type Piece } from "./answer-accumulator.ts";
import { answerBudget } from "./answer-budget.ts";

/** What comes of an answer that arrives in these pieces, and what was known after each. */
function gather(pieces: readonly string[], stop: string[] = []) {
  const answer = new AnswerAccumulator({ budget: answerBudget(), stop });
  const last = { done: true, done_reason: "stop" };
  const seen: Piece[] = [];
  for (const chunk of [...pieces.map((response) => ({ response })), last])
    if (answer.stopSequence === undefined) seen.push(answer.add(chunk));
  const joined = (kind: "text" | "thinking") => seen.map((piece) => piece[kind]).join("");
  const { response, thinking = "", stopSequence } = answer.result(last);
  expect([joined("text"), joined("thinking")]).toEqual([response, thinking]);
  return { response, thinking, stopSequence };
}

const everyCut = (text: string) => [
  [text],
  [...text],
  ...Array.from({ length: text.length - 1 }, (_, at) => [text.slice(0, at + 1), text.slice(at + 1)]),
];

test.each([
  ["  <think>\n a < b, \n so </think>\n\n Yes.\n", "a < b, \n so", "Yes.\n"],
  ["<think></think>Yes", "", "Yes"],
  ["<think>\n never ends </thi", "never ends </thi", ""],
  ["\n plain <think> text </think> \n", "", "\n plain <think> text </think> \n"],
  ["<thin", "", "<thin"],
])("parts thinking from text however %j is cut", (whole, thinking, response) => {
  for (const pieces of everyCut(whole)) expect(gather(pieces)).toMatchObject({ thinking, response });
});

test.each([
  ["one END two", ["END"], "one ", "END"],
  ["one END two", ["ENDE", "two", "D t"], "one EN", "D t"],
  ["one EN", ["END"], "one EN", undefined],
  ["aab", ["ab", ""], "a", "ab"],
  ["<think>END</think>no END", ["END"], "no ", "END"],
])("ends %j at the first of %j", (whole, stop, response, stopSequence) => {
  for (const pieces of everyCut(whole))
    expect(gather(pieces, stop)).toMatchObject({ response, stopSequence });
});
