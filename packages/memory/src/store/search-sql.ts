import type { Position } from "../search/cursor.ts";
import type { StoredEntry } from "./entry.ts";
import { ENTRY_COLUMNS, entryFromRow } from "./entry-table.ts";
import { type Row, type Sql, Values } from "./sql.ts";

/** What a search is confined to before anything is compared. */
export interface Filter {
  namespace: string;
  /** An entry must have all of them. */
  tags: readonly string[];
  sinceMs?: number | undefined;
  untilMs?: number | undefined;
  /** Entries added later are left out. */
  upToId?: number | undefined;
}

/** An entry's id with how well it fits. */
export interface Hit {
  id: number;
  score: number;
}

export interface HitPage {
  hits: Hit[];
  total: number;
}

/** The condition on `e`. */
export function filterSql(filter: Filter, values: Values): string {
  const conditions = [
    `e.namespace = ${values.add(filter.namespace)}`,
    `(e.expires_at_ms IS NULL OR e.expires_at_ms > ${values.add(Date.now())})`,
    ...filter.tags.map((tag) => `e.id IN (SELECT entry_id FROM memory_tags WHERE tag = ${values.add(tag)})`),
  ];
  if (filter.sinceMs !== undefined) conditions.push(`e.updated_at_ms >= ${values.add(filter.sinceMs)}`);
  if (filter.untilMs !== undefined) conditions.push(`e.updated_at_ms <= ${values.add(filter.untilMs)}`);
  // The plus keeps the database from walking all entries of a range instead of the few that match.
  if (filter.upToId !== undefined) conditions.push(`+e.id <= ${values.add(filter.upToId)}`);
  return conditions.join(" AND ");
}

/** The id of the entry added last; 0 when there is none. */
export async function lastId(sql: Sql): Promise<number> {
  const [row] = await sql.rows("SELECT max(id) AS id FROM memory_entries");
  return Number(row?.id ?? 0);
}

/** The newest entries first, and where the next page begins. */
export async function findNewest(
  sql: Sql,
  filter: Filter,
  { after }: Position,
  limit: number,
): Promise<HitPage & { last?: [number, number] }> {
  const values = new Values();
  const where = filterSql(filter, values);
  const counted = await sql.rows(
    `SELECT count(*) AS total FROM memory_entries e WHERE ${where}`,
    values.list,
  );
  let beyond = "";
  if (after !== undefined) {
    const [time, id] = [values.add(after[0]), values.add(after[1])];
    beyond = `AND (e.updated_at_ms, e.id) < (${time}, ${id})`;
  }
  const rows = await sql.rows(
    `SELECT e.id, e.updated_at_ms FROM memory_entries e WHERE ${where} ${beyond}
     ORDER BY e.updated_at_ms DESC, e.id DESC LIMIT ${values.add(limit)}`,
    values.list,
  );
  const last = rows.at(-1);
  return {
    hits: rows.map((row) => ({ id: Number(row.id), score: 1 })),
    total: Number(counted[0]?.total),
    ...(last === undefined ? {} : { last: [Number(last.updated_at_ms), Number(last.id)] }),
  };
}

/** The entries that hold all of the words; where none does, those with a word that begins like any of them. */
export async function findWords(
  sql: Sql,
  filter: Filter,
  words: readonly string[],
  page: { offset: number; limit: number },
): Promise<HitPage> {
  if (words.length === 0) return { hits: [], total: 0 };
  const all = await matching(sql, filter, sql.textSearch.query(words, "all"), page);
  if (all.total > 0) return all;
  return matching(sql, filter, sql.textSearch.query(words, "any"), page);
}

async function matching(
  sql: Sql,
  filter: Filter,
  query: string,
  page: { offset: number; limit: number },
): Promise<HitPage> {
  const { from, matches, score } = sql.textSearch;
  const values = new Values();
  const wanted = values.add(query);
  const rows = await sql.rows(
    `WITH matches AS MATERIALIZED (
       SELECT e.id, ${score(wanted)} AS score FROM ${from} WHERE ${matches(wanted)} AND ${filterSql(filter, values)}
     )
     SELECT id, score, (SELECT count(*) FROM matches) AS total FROM matches
     ORDER BY score DESC, id DESC LIMIT ${values.add(page.limit)} OFFSET ${values.add(page.offset)}`,
    values.list,
  );
  // A page beyond the last has no row that could tell how many there are.
  if (rows.length === 0 && page.offset > 0) {
    const { total } = await matching(sql, filter, query, { offset: 0, limit: 1 });
    return { hits: [], total };
  }
  return { hits: rows.map(toHit), total: Number(rows[0]?.total ?? 0) };
}

const toHit = (row: Row): Hit => ({ id: Number(row.id), score: Number(row.score) });

/** The entries of those ids that are still there. */
export async function entriesOf(sql: Sql, ids: readonly number[]): Promise<Map<number, StoredEntry>> {
  if (ids.length === 0) return new Map();
  const values = new Values();
  const rows = await sql.rows(
    `SELECT id, ${ENTRY_COLUMNS} FROM memory_entries WHERE id IN (${ids.map((id) => values.add(id)).join(", ")})`,
    values.list,
  );
  return new Map(rows.map((row) => [Number(row.id), entryFromRow(row)]));
}
