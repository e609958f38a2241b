import { expect, test } from "vitest";
import { insertAnswers, lengthWithAnswers, referencedIds } from "./references.ts";

test("only an earlier consultant's id between braces is replaced", () => {
  const answers = new Map([["analyst", "Risky."]]);
  expect(insertAnswers("Weigh {analyst} for GET /users/{id}/sensitive-data", answers)).toBe(
    "Weigh Risky. for GET /users/{id}/sensitive-data",
  );
  const code = 'if (a) { return {"analyst": `{b}`, c: {}, d: { analyst }, e: {ANALYST} }; }';
  expect(insertAnswers(code, answers)).toBe(code);
  expect(insertAnswers("{constructor} {__proto__} {toString}", answers)).toBe(
    "{constructor} {__proto__} {toString}",
  );
});

test("an answer is inserted as it is, and never looked through", () => {
  const answers = new Map([
    ["a", "$& $1 $$ {b} {a}"],
    ["b", ""],
  ]);
  expect(insertAnswers("[{a}|{b}|{{a}}]", answers)).toBe("[$& $1 $$ {b} {a}||{$& $1 $$ {b} {a}}]");
});

test("what a prompt refers to is told once each, in order", () => {
  expect(referencedIds("{b} {a} {b} {c} {}", new Set(["a", "b"]))).toEqual(["b", "a"]);
});

/** The rule, written the slow way: at each place either a whole `{id}` begins, or a character is copied. */
function insertedSlowly(prompt: string, answers: ReadonlyMap<string, string>): string {
  let result = "";
  for (let at = 0; at < prompt.length; ) {
    const id = [...answers.keys()].find((id) => prompt.startsWith(`{${id}}`, at));
    result += id === undefined ? prompt[at] : answers.get(id);
    at += id === undefined ? 1 : id.length + 2;
  }
  return result;
}

/** Numbers from 0 up to 1, the same on every run. */
function* randomNumbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

test("for any prompt full of braces, JSON and code, the rule holds", () => {
  const ids = ["a", "id", "code reviewer", "schritt-2", "0", "$1", "constructor"];
  const fragments = [
    ..."{}$\\\n\"'`:, ab0",
    ...ids,
    ...ids.map((id) => `{${id}}`),
    `$${"{a}"}`,
    "{{id}}",
    '{"a": {"id": [{}]}}',
    "() => { return {a} }",
    "GET /users/{id}/x",
    "{ a }",
    "$&",
    "🙂",
  ];
  const random = randomNumbers(7);
  const pick = <Item>(items: readonly Item[]) =>
    items[Math.floor(random.next().value * items.length)] as Item;
  const text = (most: number) =>
    Array.from({ length: Math.floor(random.next().value * most) }, () => pick(fragments)).join("");
  for (let round = 0; round < 5_000; round++) {
    const answers = new Map(ids.filter(() => random.next().value < 0.5).map((id) => [id, text(6)]));
    const prompt = text(30);
    const inserted = insertAnswers(prompt, answers);
    expect(inserted).toBe(insertedSlowly(prompt, answers));
    expect(lengthWithAnswers(prompt, answers)).toBe(inserted.length);
    const unused = referencedIds(prompt, new Set(answers.keys())).length === 0;
    expect(inserted === prompt || !unused).toBe(true);
  }
});
