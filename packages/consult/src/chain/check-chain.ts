import { coreErrors } from "@ollama-bridge/core-client";
import { invalidArgument } from "@ollama-bridge/foundation";
import { type Consultant, WEB_SEARCH } from "./consultant.ts";
import { referencedIds } from "./references.ts";

/**
 * Finds what is wrong with a chain before any of it runs.
 * @throws BridgeError VALIDATION_ERROR or INVALID_PROMPT that names the parameter.
 */
export function checkChain(
  consultants: readonly Consultant[],
  { most, canRemember }: { most: number; canRemember: boolean },
): void {
  if (consultants.length > most) {
    throw invalidArgument(
      "consultants",
      `${consultants.length} are more than the ${most} that a chain may have`,
      "Split the chain, or raise MAX_CHAIN_CONSULTANTS (consult.max_chain_consultants in the config).",
    );
  }
  const ids = consultants.map(({ id }) => id);
  const again = ids.findIndex((id, index) => ids.indexOf(id) < index);
  if (again !== -1)
    throw invalidArgument(
      `consultants[${again}].id`,
      `${ids[again]} is taken by an earlier one`,
      "Give each its own id.",
    );
  for (const [index, consultant] of consultants.entries()) {
    const at = `consultants[${index}]`;
    checkReferences(consultant, `${at}.prompt`, new Set(ids.slice(index)));
    checkWebSearch(consultant, at);
    if (consultant.rememberAs !== undefined && !canRemember)
      throw invalidArgument(`${at}.rememberAs`, "this server has no memory", "Leave it out.");
  }
}

function checkReferences({ id, prompt }: Consultant, at: string, notYet: ReadonlySet<string>): void {
  if (prompt.trim() === "")
    throw coreErrors.create("INVALID_PROMPT", `${at} is empty`, { details: { path: at, issue: "empty" } });
  const [wrong] = referencedIds(prompt, notYet);
  if (wrong === undefined) return;
  const whose = wrong === id ? "itself" : `${wrong}, which runs later`;
  throw invalidArgument(
    at,
    `{${wrong}} refers to ${whose}`,
    "Refer to earlier consultants only, or rename the id.",
  );
}

/** A search takes its prompt as the query and nothing else; what it would not use is not dropped silently. */
function checkWebSearch({ model, context, systemPrompt }: Consultant, at: string): void {
  if (model !== WEB_SEARCH) return;
  for (const [name, value] of Object.entries({ context, systemPrompt })) {
    if (value !== undefined)
      throw invalidArgument(
        `${at}.${name}`,
        `${WEB_SEARCH} takes a query only`,
        "Put it into the prompt or leave it out.",
      );
  }
}
