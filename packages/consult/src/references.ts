/** Text between two braces that has none itself. */
const BRACED = /\{([^{}]+)\}/g;

/** Those of `ids` that the prompt names in braces, each once, in the order they come. */
export function referencedIds(prompt: string, ids: ReadonlySet<string>): string[] {
  const named = new Set<string>();
  for (const [, id] of prompt.matchAll(BRACED)) if (id !== undefined && ids.has(id)) named.add(id);
  return [...named];
}

/** How long the prompt is with the answers in it, without making it. */
export function lengthWithAnswers(prompt: string, answers: ReadonlyMap<string, string>): number {
  let length = prompt.length;
  for (const [text, id] of prompt.matchAll(BRACED)) {
    const answer = id === undefined ? undefined : answers.get(id);
    if (answer !== undefined) length += answer.length - text.length;
  }
  return length;
}

/**
 * The prompt with `{id}` replaced where there is an answer of that id. Every other brace stays as it is (paths, JSON,
 * code), and an inserted answer is not looked through again.
 */
export function insertAnswers(prompt: string, answers: ReadonlyMap<string, string>): string {
  return prompt.replace(BRACED, (text, id: string) => answers.get(id) ?? text);
}
