import * as z from "zod";
import type { TransferEntry } from "../store/entry.ts";
import type { ForeignEntry } from "./external-memory.ts";

/** An entity of the official memory server's knowledge graph, as it stands in its answers and in its file. */
export const entitySchema = z.looseObject({
  name: z.string(),
  entityType: z.string().default(""),
  observations: z.array(z.string()).default([]),
});

export type Entity = z.output<typeof entitySchema>;

const ENTITY_TYPE = "memory";
/** Begins the observation that holds what an observation cannot say. */
const DETAILS = "ollama-bridge-memory ";

/** Unix milliseconds that are a date. */
const moment = z.number().min(0).max(8.64e15).optional();
const detailsSchema = z.looseObject({
  metadata: z.record(z.string(), z.unknown()),
  tags: z.array(z.string()),
  created_at: moment,
  updated_at: moment,
  expires_at: moment,
});

/** Names are unique in the whole graph, so the namespace is part of them; it is encoded, the first slash ends it. */
export function entityName(namespace: string, key: string): string {
  return `${encodeURIComponent(namespace)}/${key}`;
}

/** An entry as an entity: its value first, then one observation with the rest. */
export function toEntity({ namespace, key, ...entry }: TransferEntry): Entity {
  const details = {
    metadata: entry.metadata,
    tags: entry.tags,
    created_at: entry.createdAtMs,
    updated_at: entry.updatedAtMs,
    expires_at: entry.expiresAtMs,
  };
  return {
    name: entityName(namespace, key),
    entityType: ENTITY_TYPE,
    observations: [entry.value, DETAILS + JSON.stringify(details)],
  };
}

/** Where an entity holds what `toEntity` put there: the value, right before the details. */
export function ownObservations({ observations }: Entity): { value: string; details: string } | undefined {
  const at = observations.findLastIndex((each) => each.startsWith(DETAILS));
  const [value, details] = at > 0 ? observations.slice(at - 1, at + 1) : [];
  return value === undefined || details === undefined ? undefined : { value, details };
}

/**
 * An entity as an entry and the namespace it is in. One that somebody else made is in no namespace; its
 * observations, a line each, are its value.
 */
export function fromEntity(entity: Entity): ForeignEntry & { namespace: string | undefined } {
  return (
    ownEntry(entity) ?? {
      namespace: undefined,
      key: entity.name,
      value: entity.observations.join("\n"),
      metadata: { entityType: entity.entityType },
      tags: [],
    }
  );
}

function ownEntry(entity: Entity): (ForeignEntry & { namespace: string }) | undefined {
  const own = ownObservations(entity);
  const slash = entity.name.indexOf("/");
  if (own === undefined || slash < 1) return undefined;
  try {
    const details = detailsSchema.parse(JSON.parse(own.details.slice(DETAILS.length)));
    return {
      namespace: decodeURIComponent(entity.name.slice(0, slash)),
      key: entity.name.slice(slash + 1),
      value: own.value,
      metadata: details.metadata,
      tags: details.tags,
      createdAtMs: details.created_at,
      updatedAtMs: details.updated_at,
      expiresAtMs: details.expires_at,
    };
  } catch {
    return undefined; // only looked like one of ours
  }
}
