import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { dataFolder, SqliteDatabase } from "@ollama-bridge/storage";
import type { Sql } from "./sql.ts";
import { sqliteMigrations } from "./sqlite-schema.ts";

/** "OBME" in a file's header: a memory of ours. */
export const APPLICATION_ID = 0x4f_42_4d_45;
const FILE_NAME = "memory.sqlite";

/** Returns the file that `sqlite:` means: the one it names, else one in `folder`, else one in the platform's data folder. */
export function sqliteFile(url: string, folder: string | undefined, env: NodeJS.ProcessEnv): string {
  const path = url.slice("sqlite:".length);
  if (path === "") return resolve(folder ?? dataFolder(env), FILE_NAME);
  return path.startsWith("///") ? fileURLToPath(`file:${path}`) : resolve(path.replace(/^\/\//, ""));
}

/** Opens a memory in SQLite. @throws BridgeError MEMORY_BACKEND_ERROR; a file that is not ours, or damaged, is set aside unchanged. */
export async function openSqlite(file: string): Promise<Sql> {
  const database = await SqliteDatabase.open({
    file,
    applicationId: APPLICATION_ID,
    migrations: sqliteMigrations,
  });
  return {
    backend: "sqlite",
    location: file,
    textSearch: {
      from: "memory_words JOIN memory_entries e ON e.id = memory_words.rowid",
      matches: (query) => `memory_words MATCH ${query}`,
      score: () => "-bm25(memory_words, 4.0, 1.0)",
      query: (words, which) =>
        which === "all"
          ? words.map((word) => `"${word}"`).join(" AND ")
          : words.map((word) => `"${word}"*`).join(" OR "),
    },
    rows: (sql, values) => database.rows(sql, values),
    close: () => database.close(),
  };
}
