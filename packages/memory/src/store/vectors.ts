import { type Filter, filterSql, type Hit, type HitPage } from "./search-sql.ts";
import { type Sql, Values } from "./sql.ts";

/** An entry whose vector is missing, or of another model. */
export interface Unembedded {
  id: number;
  updatedAtMs: number;
  text: string;
}

/** Models read the beginning of a text and no more. */
const EMBEDDED_CHARACTERS = 8_000;

export async function unembedded(sql: Sql, model: string, limit: number): Promise<Unembedded[]> {
  const rows = await sql.rows(
    `SELECT id, updated_at_ms, key, substr(value, 1, ${EMBEDDED_CHARACTERS}) AS value FROM memory_entries
     WHERE (embedded_with IS NULL OR embedded_with < $1 OR embedded_with > $2)
       AND (expires_at_ms IS NULL OR expires_at_ms > $3) ORDER BY id LIMIT $4`,
    [model, model, Date.now(), limit],
  );
  return rows.map((row) => ({
    id: Number(row.id),
    updatedAtMs: Number(row.updated_at_ms),
    text: `${row.key}\n${row.value}`,
  }));
}

/** Keeps a vector, unless the entry has been rewritten or forgotten since it was read. */
export async function saveVector(
  sql: Sql,
  model: string,
  entry: Unembedded,
  vector: readonly number[],
): Promise<void> {
  const blob = new Uint8Array(normalized(vector).buffer);
  await sql.rows(
    `INSERT INTO memory_vectors (entry_id, model, dimension, vector)
     SELECT id, CAST($1 AS TEXT), CAST($2 AS INTEGER), $3 FROM memory_entries WHERE id = $4 AND updated_at_ms = $5
     ON CONFLICT (entry_id) DO UPDATE SET
       model = excluded.model, dimension = excluded.dimension, vector = excluded.vector`,
    [model, vector.length, blob, entry.id, entry.updatedAtMs],
  );
  await sql.rows("UPDATE memory_entries SET embedded_with = $1 WHERE id = $2 AND updated_at_ms = $3", [
    model,
    entry.id,
    entry.updatedAtMs,
  ]);
}

/** Vectors of the model that have another length than the model gives now are made anew. */
export async function dropOtherDimensions(sql: Sql, model: string, dimension: number): Promise<void> {
  await sql.rows(
    `UPDATE memory_entries SET embedded_with = NULL WHERE embedded_with = $1
       AND id IN (SELECT entry_id FROM memory_vectors WHERE model = $2 AND dimension <> $3)`,
    [model, model, dimension],
  );
}

const PAGE = 2_000;

/** The nearest entries by cosine, compared one by one after filtering; `total` is how many were compared. */
export async function findNearest(
  sql: Sql,
  filter: Filter,
  model: string,
  query: readonly number[],
  page: { offset: number; limit: number },
): Promise<HitPage> {
  const wanted = normalized(query);
  const hits: Hit[] = [];
  let last = 0;
  for (;;) {
    const values = new Values();
    // CROSS JOIN has SQLite walk the vectors in order; else it would collect and sort all of them for every page.
    const rows = await sql.rows(
      `SELECT e.id, v.vector FROM memory_vectors v CROSS JOIN memory_entries e
       WHERE e.id = v.entry_id AND ${filterSql(filter, values)} AND e.embedded_with = ${values.add(model)}
         AND v.dimension = ${values.add(wanted.length)} AND v.entry_id > ${values.add(last)}
       ORDER BY v.entry_id LIMIT ${PAGE}`,
      values.list,
    );
    for (const { id, vector } of rows)
      hits.push({ id: Number(id), score: dot(wanted, vector as Uint8Array) });
    if (rows.length < PAGE) break;
    last = Number(rows.at(-1)?.id);
  }
  hits.sort((a, b) => b.score - a.score || b.id - a.id);
  return { hits: hits.slice(page.offset, page.offset + page.limit), total: hits.length };
}

/** Scaled to length 1, so that the dot product is the cosine. */
function normalized(vector: readonly number[]): Float32Array {
  const length = Math.hypot(...vector) || 1;
  return Float32Array.from(vector, (value) => value / length);
}

function dot(query: Float32Array, bytes: Uint8Array): number {
  // A view of floats must begin at a multiple of four bytes.
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const vector = new Float32Array(aligned.buffer, aligned.byteOffset, query.length);
  let sum = 0;
  for (let index = 0; index < query.length; index++)
    sum += (query[index] as number) * (vector[index] as number);
  return sum;
}
