import { coreErrors } from "@ollama-bridge/core-client";
import { isBridgeError, waitAtMost } from "@ollama-bridge/foundation";
import type { Logger } from "@ollama-bridge/server-kit";
import * as z from "zod";
import type { MemoryStore } from "../store/memory-store.ts";
import {
  entriesOf,
  type Filter,
  findNewest,
  findWords,
  type Hit,
  type HitPage,
  lastId,
} from "../store/search-sql.ts";
import { findNearest, unembedded } from "../store/vectors.ts";
import type { Position } from "./cursor.ts";
import type { Embedder } from "./embedder.ts";
import { snippetOf } from "./snippet.ts";
import { queryWords } from "./words.ts";

export const searchModes = ["text", "semantic", "hybrid"] as const;

export interface Search extends Filter {
  query: string;
  mode: (typeof searchModes)[number];
}

/** An entry as a search shows it. */
export const foundEntryData = () =>
  z.strictObject({
    key: z.string().describe("Name of the entry"),
    snippet: z.string().describe("The part of its text that fits the query"),
    score: z.number().describe("How well it fits, comparable within this search only"),
    tags: z.array(z.string()).describe("Its tags"),
    updated_at: z.string().exactOptional().describe("ISO 8601; absent where the memory does not know"),
  });

export type FoundEntry = z.output<ReturnType<typeof foundEntryData>>;

export interface OwnPage {
  results: FoundEntry[];
  total: number;
  /** Where this page ends, and whether our own store has more. */
  end: Position;
  more: boolean;
  warnings: string[];
}

/** How many of the best of each kind a hybrid search ranks together. */
const HYBRID_CANDIDATES = 200;
/** A search waits so long for entries that are just being embedded. */
const CATCH_UP_MS = 2_000;

interface SearchContext {
  store: MemoryStore;
  embedder: Embedder | undefined;
  log: Logger;
  signal: AbortSignal;
}

/** One page out of our own store. @throws BridgeError CAPABILITY_UNSUPPORTED for `semantic` without a model. */
export async function searchOwn(
  context: SearchContext,
  search: Search,
  position: Position,
  limit: number,
): Promise<OwnPage> {
  const warnings: string[] = [];
  const words = queryWords(search.query);
  const page = { offset: position.offset, limit };
  const isQuery = search.query.trim() !== "";
  // A page of a ranking begins by number: entries added between two pages must not move the others.
  const upToId = isQuery ? (position.upToId ?? (await lastId(context.store.sql))) : undefined;
  const found: HitPage & { last?: [number, number] } = isQuery
    ? await rank(context, { ...search, upToId }, words, page, warnings)
    : await findNewest(context.store.sql, search, position, limit);
  const entries = await entriesOf(
    context.store.sql,
    found.hits.map(({ id }) => id),
  );
  const results = found.hits.flatMap(({ id, score }): FoundEntry[] => {
    const entry = entries.get(id);
    if (entry === undefined) return [];
    const { key, value, tags, updatedAtMs } = entry;
    const updated_at = new Date(updatedAtMs).toISOString();
    return [{ key, snippet: snippetOf(value, words), score: rounded(score), tags, updated_at }];
  });
  const offset = page.offset + found.hits.length;
  const more = offset < found.total && found.hits.length > 0;
  const after = found.last ?? position.after;
  return {
    results,
    total: found.total,
    warnings,
    end: {
      offset,
      ...(after === undefined ? {} : { after }),
      ...(upToId === undefined ? {} : { upToId }),
    },
    more,
  };
}

const rounded = (score: number) => Number(score.toPrecision(4));

type Page = { offset: number; limit: number };

async function rank(
  context: SearchContext,
  search: Search,
  words: string[],
  page: Page,
  warnings: string[],
): Promise<HitPage> {
  const { sql } = context.store;
  if (search.mode === "semantic") return nearest(context, search, page, warnings);
  if (search.mode === "text" || context.embedder === undefined) return findWords(sql, search, words, page);
  const best = { offset: 0, limit: HYBRID_CANDIDATES };
  let byMeaning: HitPage;
  try {
    byMeaning = await nearest(context, search, best, warnings);
  } catch (error) {
    if (!isBridgeError(error) || error.code === "MEMORY_BACKEND_ERROR" || context.signal.aborted) throw error;
    warnings.push(`Searched by text only: ${error.message}`);
    return findWords(sql, search, words, page);
  }
  const byWords = await findWords(sql, search, words, best);
  const hits = fuse(byWords.hits, byMeaning.hits);
  return { hits: hits.slice(page.offset, page.offset + page.limit), total: hits.length };
}

async function nearest(
  { store, embedder, log, signal }: SearchContext,
  search: Search,
  page: Page,
  warnings: string[],
): Promise<HitPage> {
  if (embedder === undefined) {
    throw coreErrors.create(
      "CAPABILITY_UNSUPPORTED",
      "Semantic search needs an embedding model, and none is configured",
      {
        hint: "Set memory.embed_model in the configuration (for example nomic-embed-text), or search with mode text.",
        details: { capability: "embedding" },
      },
    );
  }
  const vector = await embedder.query(store, search.query, signal);
  await waitAtMost(CATCH_UP_MS, embedder.catchUp(store, log));
  if ((await unembedded(store.sql, embedder.model, 1)).length > 0)
    warnings.push("Some entries are not embedded yet; they are found by their words only");
  return findNearest(store.sql, search, embedder.model, vector, page);
}

/** The constant of Cormack et al., "Reciprocal Rank Fusion outperforms Condorcet" (2009). */
const RANK_CONSTANT = 60;

/** One ranking out of two by reciprocal rank fusion: scores of different kinds need not be comparable. */
function fuse(...rankings: Hit[][]): Hit[] {
  const scores = new Map<number, number>();
  for (const ranking of rankings) {
    for (const [rank, { id }] of ranking.entries())
      scores.set(id, (scores.get(id) ?? 0) + 1 / (RANK_CONSTANT + rank + 1));
  }
  return [...scores].map(([id, score]) => ({ id, score })).sort((a, b) => b.score - a.score || b.id - a.id);
}
