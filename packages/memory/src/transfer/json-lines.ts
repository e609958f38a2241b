import { invalidArgument } from "@ollama-bridge/foundation";
import * as z from "zod";
import { type Entity, entitySchema, fromEntity, toEntity } from "../external/graph-entity.ts";
import { checkEntry, checkName, type TransferEntry } from "../store/entry.ts";

/** `entries`: one of ours a line, with everything; `server-memory`: the file of the official memory server. */
export const formats = ["entries", "server-memory"] as const;
export type Format = (typeof formats)[number];

const entryLine = z.strictObject({
  namespace: z.string().optional(),
  key: z.string(),
  value: z.string(),
  metadata: z.record(z.string(), z.unknown()).default({}),
  tags: z.array(z.string()).default([]),
  created_at: z.iso.datetime().optional(),
  updated_at: z.iso.datetime().optional(),
  expires_at: z.iso.datetime().optional(),
});
const relationLine = z.looseObject({ from: z.string(), to: z.string(), relationType: z.string() });

const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());
const milliseconds = (text: string | undefined) => (text === undefined ? undefined : Date.parse(text));

export function toLine(entry: TransferEntry, format: Format): string {
  if (format === "server-memory") return JSON.stringify({ type: "entity", ...toEntity(entry) });
  const { namespace, key, value, metadata, tags } = entry;
  const [created_at, updated_at] = [iso(entry.createdAtMs), iso(entry.updatedAtMs)];
  return JSON.stringify({
    namespace,
    key,
    value,
    metadata,
    tags,
    created_at,
    updated_at,
    expires_at: iso(entry.expiresAtMs),
  });
}

/**
 * The entries of a file in either format. Entities that others made go to `namespace`, as do entries without one;
 * relations become part of the metadata of the entity they begin at.
 * @throws BridgeError VALIDATION_ERROR that names the line.
 */
export async function* fromLines(
  lines: AsyncIterable<string>,
  namespace: string,
): AsyncGenerator<TransferEntry> {
  const entities = new Map<string, { entity: Entity; relations: { to: string; relationType: string }[] }>();
  const entityOf = (name: string) => {
    const known = entities.get(name) ?? { entity: { name, entityType: "", observations: [] }, relations: [] };
    entities.set(name, known);
    return known;
  };
  let number = 0;
  for await (const line of lines) {
    number++;
    if (line.trim() === "") continue;
    try {
      const item = JSON.parse(line);
      if (item?.type === "entity") entityOf(item.name).entity = entitySchema.parse(item);
      else if (item?.type === "relation") {
        const { from, to, relationType } = relationLine.parse(item);
        entityOf(from).relations.push({ to, relationType });
      } else yield checked(fromEntry(entryLine.parse(item), namespace));
    } catch (error) {
      const message = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
      const hint = "Mend the line and import the file again; what is there already is not taken twice.";
      throw invalidArgument(`Line ${number}`, message, hint, error);
    }
  }
  for (const { entity, relations } of entities.values()) {
    const { namespace: ownNamespace = namespace, metadata, ...entry } = fromEntity(entity);
    const more = relations.length > 0 ? { relations } : {};
    yield checked({ ...entry, namespace: ownNamespace, metadata: { ...metadata, ...more } });
  }
}

function fromEntry(
  { created_at, updated_at, expires_at, ...entry }: z.output<typeof entryLine>,
  namespace: string,
) {
  return {
    ...entry,
    namespace: entry.namespace ?? namespace,
    createdAtMs: milliseconds(created_at),
    updatedAtMs: milliseconds(updated_at),
    expiresAtMs: milliseconds(expires_at),
  };
}

function checked(entry: TransferEntry): TransferEntry {
  checkName("key", entry.key);
  checkName("namespace", entry.namespace);
  checkEntry(entry);
  return entry;
}
