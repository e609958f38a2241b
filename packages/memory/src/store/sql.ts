export type SqlValue = string | number | Uint8Array | null;
export type Row = Record<string, unknown>;

/** How a database finds words. */
interface TextSearch {
  /** Tables to read from; the entries are called `e`. */
  from: string;
  /** The condition; `query` is a parameter such as `$1`. */
  matches(query: string): string;
  /** A number that is larger for what fits better. */
  score(query: string): string;
  /** What the parameter holds: entries with all of the words, or with a word that begins like any of them. */
  query(words: readonly string[], which: "all" | "any"): string;
}

/** A database that holds entries. Statements are the same for each, with `$1`, `$2` … for their values. */
export interface Sql {
  readonly backend: "sqlite" | "postgres";
  /** A file, or an address without its password. */
  readonly location: string;
  readonly textSearch: TextSearch;
  /** Runs one statement, which is done whole or not at all. @throws BridgeError MEMORY_BACKEND_ERROR */
  rows(sql: string, values?: readonly SqlValue[]): Row[] | Promise<Row[]>;
  close(): void | Promise<void>;
}

/** Collects the values of a statement and gives each its place. */
export class Values {
  readonly list: SqlValue[] = [];

  add(value: SqlValue): string {
    return `$${this.list.push(value)}`;
  }
}
