import { isRecord } from "@ollama-bridge/foundation";
import type { Client, Place } from "./clients.ts";
import { changeEntry, entryAt, same } from "./formats/change-entry.ts";
import { type ClientFile, readClientFile } from "./formats/client-file.ts";
import type { Entry, EntryFormat } from "./formats/entry-format.ts";
import { type Server, starts } from "./servers.ts";

/** What becomes of one server in a file; `before` and `after` are alike where nothing has to. */
export interface PlannedEntry {
  server: Server;
  keys: readonly string[];
  before: unknown;
  after: unknown;
}

/** What becomes of one file of a client. */
export interface PlannedFile {
  client: Client;
  file: ClientFile;
  format: EntryFormat;
  entries: PlannedEntry[];
  /** The whole text afterwards. */
  text: string;
}

export const isChange = ({ before, after }: PlannedEntry) => !same(before, after);

export async function formatOf({ format }: Client): Promise<EntryFormat> {
  if (format === "toml") return (await import("./formats/toml-format.ts")).tomlFormat;
  return (await import("./formats/json-format.ts")).jsonFormat;
}

/**
 * Plans a place of a client; `wanted` gives a server's entry, undefined to take it out. Nothing is written.
 * @throws BridgeError CONFIG_INVALID with file and line for a file that cannot be read or changed.
 */
export async function planPlace(
  client: Client,
  place: Place,
  servers: readonly Server[],
  wanted: (server: Server) => Entry | undefined,
): Promise<PlannedFile> {
  const format = await formatOf(client);
  const file = await readClientFile(place.file);
  let { text } = file;
  const entries = servers.map((server): PlannedEntry => {
    const keys = [...place.keys, server.registeredName];
    const before = entryAt(format.parse(text, file.path), keys, file.path);
    const after = settled(before, server, wanted(server));
    if (!same(before, after))
      text = changeEntry(format, { text, path: file.path }, keys, after as Entry | undefined);
    return { server, keys, before, after };
  });
  return { client, file, format, entries, text };
}

/** Somebody else's server under our name gives way to ours but is never taken out; of ours, what else it sets stays. */
function settled(before: unknown, server: Server, wanted: Entry | undefined): unknown {
  const isOurs = starts(before, server);
  if (wanted === undefined) return isOurs ? undefined : before;
  if (!isOurs || !isRecord(before)) return wanted;
  const env = { ...(isRecord(before.env) ? before.env : {}), ...(wanted.env as object | undefined) };
  return { ...before, ...wanted, ...(before.env === undefined && wanted.env === undefined ? {} : { env }) };
}
