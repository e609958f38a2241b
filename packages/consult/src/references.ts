/** Text between two braces that has none itself. */
const BRACED = /\{([^{}]+)\}/g;

/** Those of `ids` that the prompt names in braces, each once, in the order they come. */
export function referencedIds(prompt: string, ids: ReadonlySet<string>): string[] {
  const named = [...prompt.matchAll(BRACED)].flatMap(([, id]) => (id !== undefined && ids.has(id) ? id : []));
  return [...new Set(named)];
}

/**
 * The prompt with `{id}` replaced where there is an answer of that id. Every other brace stays as it is (paths, JSON,
 * code), and an inserted answer is not looked through again.
 */
export function insertAnswers(prompt: string, answers: ReadonlyMap<string, string>): string {
  return prompt.replace(BRACED, (text, id: string) => answers.get(id) ?? text);
}
