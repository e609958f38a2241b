import * as z from "zod";
import { queryWords, wordsOf } from "../search/words.ts";
import type { TransferEntry } from "../store/entry.ts";
import type { Filter } from "../store/search-sql.ts";
import type { CallTool, ExternalLimits, ExternalMemory, ForeignEntry } from "./external-memory.ts";
import {
  type Entity,
  entityName,
  entitySchema,
  fromEntity,
  ownObservations,
  toEntity,
} from "./graph-entity.ts";

/** The tools by which a knowledge graph such as the official memory server is known. */
export const GRAPH_TOOLS = [
  "create_entities",
  "add_observations",
  "delete_entities",
  "delete_observations",
  "open_nodes",
  "search_nodes",
  "read_graph",
];

const graphSchema = z.looseObject({ entities: z.array(entitySchema).default([]) });
const FOUND_AT_MOST = 100;

/** The official memory server: an entity for every entry. */
export class KnowledgeGraph implements ExternalMemory {
  readonly #call: CallTool;
  /** Where entities that others made are found: they are in no namespace of their own. */
  readonly #homeNamespace: string;

  constructor(call: CallTool, homeNamespace: string) {
    this.#call = call;
    this.#homeNamespace = homeNamespace;
  }

  /** Changes an entity that is there, so that its relations, and what others observed of it, stay. */
  async put(entry: TransferEntry, limits: ExternalLimits): Promise<void> {
    const entity = toEntity(entry);
    const known = await this.#open(entity.name, limits);
    if (known === undefined) {
      await this.#call("create_entities", { entities: [entity] }, limits);
      return;
    }
    const { name: entityName, observations: contents } = entity;
    const old = ownObservations(known);
    // The server adds nothing twice; what goes at the end must not stand elsewhere.
    const observations = [...contents, ...(old ? [old.value, old.details] : [])];
    await this.#call("delete_observations", { deletions: [{ entityName, observations }] }, limits);
    await this.#call("add_observations", { observations: [{ entityName, contents }] }, limits);
  }

  async forget(namespace: string, key: string, limits: ExternalLimits): Promise<void> {
    const foreign = namespace === this.#homeNamespace ? [key] : [];
    const entityNames = [entityName(namespace, key), ...foreign];
    await this.#call("delete_entities", { entityNames }, limits);
  }

  async get(namespace: string, key: string, limits: ExternalLimits): Promise<ForeignEntry | undefined> {
    const own = await this.#open(entityName(namespace, key), limits);
    if (own !== undefined) return fromEntity(own);
    const foreign = namespace === this.#homeNamespace ? await this.#open(key, limits) : undefined;
    return foreign && { ...fromEntity(foreign), key };
  }

  /** The server finds one piece of text; all words are looked for in what it finds. */
  async search(query: string, filter: Filter, limits: ExternalLimits): Promise<ForeignEntry[]> {
    const words = queryWords(query);
    const longest = [...words].sort((a, b) => b.length - a.length)[0];
    if (query.trim() !== "" && longest === undefined) return [];
    const graph =
      longest === undefined
        ? await this.#call("read_graph", {}, limits)
        : await this.#call("search_nodes", { query: longest }, limits);
    const found: ForeignEntry[] = [];
    for (const entity of graphSchema.parse(graph).entities) {
      const { namespace = this.#homeNamespace, ...entry } = fromEntity(entity);
      if (namespace !== filter.namespace || !fits(entry, filter)) continue;
      const held = new Set(wordsOf([entry.key, entry.value, ...entry.tags].join(" ")));
      // The server matches parts of words too: the word it was asked for need not stand alone.
      if (words.every((word) => word === longest || held.has(word))) found.push(entry);
      if (found.length === FOUND_AT_MOST) break;
    }
    return found;
  }

  async #open(name: string, limits: ExternalLimits): Promise<Entity | undefined> {
    const { entities } = graphSchema.parse(await this.#call("open_nodes", { names: [name] }, limits));
    return entities.find((entity) => entity.name === name);
  }
}

function fits({ tags, updatedAtMs }: ForeignEntry, filter: Filter): boolean {
  if (!filter.tags.every((tag) => tags.includes(tag))) return false;
  if (filter.sinceMs !== undefined && (updatedAtMs ?? Number.NEGATIVE_INFINITY) < filter.sinceMs)
    return false;
  return filter.untilMs === undefined || (updatedAtMs ?? Number.POSITIVE_INFINITY) <= filter.untilMs;
}
