/** Text between two braces that has none itself. */
const BRACED = /\{([^{}]+)\}/g;
const [OPENING_BRACE, CLOSING_BRACE] = [0x7b, 0x7d];

/** Those of `ids` that the prompt names in braces, each once, in the order they come. */
export function referencedIds(prompt: string, ids: ReadonlySet<string>): string[] {
  const named = new Set<string>();
  eachBraced(prompt, (id) => {
    if (ids.has(id)) named.add(id);
  });
  return [...named];
}

/** How long the prompt is with the answers in it, without making it. */
export function lengthWithAnswers(prompt: string, answers: ReadonlyMap<string, string>): number {
  let length = prompt.length;
  eachBraced(prompt, (id) => {
    const answer = answers.get(id);
    if (answer !== undefined) length += answer.length - (id.length + 2);
  });
  return length;
}

/**
 * The prompt with `{id}` replaced where there is an answer of that id. Every other brace stays as it is (paths, JSON,
 * code), and an inserted answer is not looked through again.
 */
export function insertAnswers(prompt: string, answers: ReadonlyMap<string, string>): string {
  return prompt.replace(BRACED, (text, id: string) => answers.get(id) ?? text);
}

/** What BRACED finds, without a list of it: a prompt may hold millions. */
function eachBraced(prompt: string, visit: (id: string) => void): void {
  let open = -1;
  for (let index = 0; index < prompt.length; index++) {
    const character = prompt.charCodeAt(index);
    if (character === OPENING_BRACE) open = index;
    else if (character === CLOSING_BRACE) {
      if (open !== -1 && index > open + 1) visit(prompt.slice(open + 1, index));
      open = -1;
    }
  }
}
