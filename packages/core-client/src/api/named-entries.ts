import { isRecord } from "@ollama-bridge/foundation";
import { canonicalName, isModelName } from "./model-names.ts";
import type { JsonObject } from "./values.ts";
import { WireFault } from "./wire-fault.ts";

/** Of one server; more are no list that anybody can use. */
const MAX_MODELS = 5_000;

/** The usable entries of a list of models, and for each kind of unusable ones a warning. */
export interface NamedEntries<Entry> {
  models: Entry[];
  warnings: string[];
}

/**
 * Reads the entries of an answer's `models` one by one: what is no object, has no name that Ollama accepts or is listed
 * for the second time is left out.
 * @throws WireFault when there is no list.
 */
export function readNamedEntries<Entry>(
  answer: JsonObject,
  path: string,
  readEntry: (name: string, entry: JsonObject) => Entry,
): NamedEntries<Entry> {
  const list = answer.models ?? [];
  if (!Array.isArray(list)) throw new WireFault("did not answer with a list of models");
  const models = new Map<string, Entry>();
  const leftOut = new Map<string, number>();
  const leaveOut = (reason: string, count = 1) => leftOut.set(reason, (leftOut.get(reason) ?? 0) + count);
  for (const [index, entry] of list.entries()) {
    if (models.size === MAX_MODELS) {
      leaveOut(`the first ${MAX_MODELS.toLocaleString("en")} are used`, list.length - index);
      break;
    }
    if (!isRecord(entry)) {
      leaveOut("an entry has to be an object");
      continue;
    }
    const name = [entry.name, entry.model].find(isModelName);
    if (name === undefined) leaveOut("an entry has to have a name that Ollama accepts");
    else if (models.has(canonicalName(name))) leaveOut("the name is listed before");
    else models.set(canonicalName(name), readEntry(name, entry));
  }
  return {
    models: [...models.values()],
    warnings: [...leftOut].map(([reason, count]) => `${path}: ${entries(count)} left out: ${reason}`),
  };
}

const entries = (count: number) =>
  count === 1 ? "1 entry was" : `${count.toLocaleString("en")} entries were`;
