import { openPostgres } from "../src/store/open-postgres.ts";

/** Runs statements as they are, in one call; addresses are those of the test's own server. */
export async function execute(url: string, ...statements: string[]): Promise<void> {
  const { Client } = await import("pg").then(({ default: pg }) => pg);
  const client = new Client(url);
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

/** The same server's address with another database and role. */
export function addressOf(url: string, { database = "postgres", role = "postgres", query = "" }): string {
  const { port } = new URL(url);
  return `postgres://${role}@127.0.0.1:${port}/${database}${query}`;
}

/** Makes a database with our tables, and roles that may use them: `writer` rows, `reader` to read them. */
export async function makeTeamDatabase(url: string): Promise<void> {
  await execute(url, "CREATE DATABASE team", "CREATE ROLE writer LOGIN", "CREATE ROLE reader LOGIN");
  const team = addressOf(url, { database: "team" });
  await (await openPostgres(team)).close();
  await execute(
    team,
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO writer",
    "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader",
  );
}
