import { isRecord, visibleLine } from "@ollama-bridge/foundation";
import colors from "picocolors";
import type { EntryFormat } from "./formats/entry-format.ts";
import { masked } from "./mask.ts";
import { isChange, type PlannedEntry, type PlannedFile } from "./plan.ts";
import { starts } from "./servers.ts";

const { bold, red, green } = colors.createColors(colors.isColorSupported && process.stdout.isTTY === true);

/** The plan for a person: the file, and of each entry what goes and what comes; keys are not shown. */
export function showPlan({ client, file, format, entries }: PlannedFile): string {
  const where = [file.path, ...(entries[0]?.keys.slice(0, -1) ?? [])].join(" › ");
  const title = `${client.title}: ${where}${file.exists ? "" : " (new file)"}`;
  return [bold(visibleLine(title)), ...entries.map((entry) => showEntry(entry, format)), "", ""].join("\n");
}

function showEntry(entry: PlannedEntry, format: EntryFormat): string {
  const { server, keys, before, after } = entry;
  const name = server.registeredName;
  if (!isChange(entry)) {
    if (after === undefined) return `  ${name} is not registered: nothing to do`;
    if (starts(after, server)) return `  ${name} is registered like this already: nothing to do`;
    return `  ${name} is not this server but something else of that name: left as it is`;
  }
  const lines = (shown: unknown) => (isRecord(shown) ? format.show(keys, shown).map(visibleLine) : []);
  return difference(lines(masked(before)), lines(masked(after, before)));
}

/** What is alike at both ends stands once. */
function difference(before: readonly string[], after: readonly string[]): string {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < Math.min(before.length, after.length) - head && before.at(-1 - tail) === after.at(-1 - tail))
    tail++;
  return [
    ...before.slice(0, head).map((line) => `    ${line}`),
    ...before.slice(head, before.length - tail).map((line) => red(`  - ${line}`)),
    ...after.slice(head, after.length - tail).map((line) => green(`  + ${line}`)),
    ...after.slice(after.length - tail).map((line) => `    ${line}`),
  ].join("\n");
}
