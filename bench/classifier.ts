import { readFileSync } from "node:fs";
import { classify } from "../packages/router/src/classifier/classify.ts";

/**
 * How often the classifier is right, beside naive Bayes trained on the same examples that ours was written with.
 * The questions of MT-Bench are not ours to copy: `node bench/classifier.ts PATH`, or MT_BENCH_QUESTIONS=PATH.
 */

interface Labeled {
  prompt: string;
  /** Every category that counts as right. */
  right: string[];
  images: boolean;
  group: string;
}

const lines = (path: string | URL) =>
  readFileSync(path, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const own = (path: string): Labeled[] =>
  lines(new URL(path, import.meta.url)).map(({ prompt, category, language, images }) => ({
    prompt: String(prompt),
    right: [String(category)],
    images: images === true,
    group: String(language),
  }));

/** MT-Bench's categories as ours; stem and humanities ask for facts or for an explanation of them. */
const ofMtBench: Record<string, string[]> = {
  coding: ["code"],
  math: ["math"],
  reasoning: ["reasoning"],
  stem: ["factual", "general"],
  humanities: ["factual", "general"],
  writing: ["general"],
  roleplay: ["general"],
  extraction: ["general"],
};

function mtBench(path: string): Labeled[] {
  return lines(path).map(({ category, turns }) => ({
    prompt: String((turns as string[])[0]),
    right: ofMtBench[String(category)] ?? [],
    images: false,
    group: String(category),
  }));
}

type Classifier = (prompt: string, images: boolean) => string;

function naiveBayes(examples: Labeled[]): Classifier {
  const wordsOf = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const counts = new Map<string, Map<string, number>>();
  const documents = new Map<string, number>();
  const vocabulary = new Set<string>();
  for (const { prompt, right } of examples) {
    const category = right[0] ?? "general";
    documents.set(category, (documents.get(category) ?? 0) + 1);
    const words = counts.get(category) ?? new Map<string, number>();
    counts.set(category, words);
    for (const word of wordsOf(prompt)) {
      vocabulary.add(word);
      words.set(word, (words.get(word) ?? 0) + 1);
    }
  }
  return (prompt, images) => {
    let best = { category: "general", score: Number.NEGATIVE_INFINITY };
    for (const [category, words] of counts) {
      if (images !== (category === "vision" || category === "ocr")) continue;
      const total = [...words.values()].reduce((sum, count) => sum + count, 0) + vocabulary.size;
      let score = Math.log((documents.get(category) ?? 0) / examples.length);
      for (const word of wordsOf(prompt)) score += Math.log(((words.get(word) ?? 0) + 1) / total);
      if (score > best.score) best = { category, score };
    }
    return best.category;
  };
}

const examples = own("../packages/router/test/classifier-examples.jsonl");
const classifiers: Record<string, Classifier> = {
  ours: (prompt, images) => classify(prompt, images).category,
  "naive Bayes": naiveBayes(examples),
};
const mtBenchPath = process.argv[2] ?? process.env.MT_BENCH_QUESTIONS;
const sets: Record<string, Labeled[]> = {
  "own examples": examples,
  "held out": own("./data/held-out.jsonl"),
  ...(mtBenchPath === undefined ? {} : { "MT-Bench": mtBench(mtBenchPath) }),
};

const rows: Record<string, Record<string, string>> = {};
for (const [title, questions] of Object.entries(sets)) {
  for (const group of ["all", ...new Set(questions.map((question) => question.group))]) {
    const chosen = questions.filter((question) => group === "all" || question.group === group);
    const row: Record<string, string> = { questions: String(chosen.length) };
    for (const [name, classifier] of Object.entries(classifiers)) {
      const right = chosen.filter((question) =>
        question.right.includes(classifier(question.prompt, question.images)),
      );
      row[name] = `${Math.round((100 * right.length) / chosen.length)} %`;
      if (process.env.SHOW_WRONG && name === "ours" && group === "all")
        for (const wrong of chosen.filter((question) => !right.includes(question)))
          console.log(title, wrong.right, classify(wrong.prompt, wrong.images), wrong.prompt.slice(0, 100));
    }
    rows[`${title}, ${group}`] = row;
  }
}
console.table(rows);
if (mtBenchPath === undefined) console.log("MT-Bench: give the path of its questions as an argument.");

const long = examples.map((example) => example.prompt).join("\n");
const startedMs = performance.now();
for (let round = 0; round < 100; round++) classify(long);
const longMs = (performance.now() - startedMs) / 100;
console.log(`a prompt of ${long.length} characters: ${longMs.toFixed(2)} ms`);
