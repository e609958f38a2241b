import * as z from "zod";
import type { TransferEntry } from "../store/entry.ts";
import type { Filter } from "../store/search-sql.ts";
import type { CallTool, ExternalLimits, ExternalMemory, ForeignEntry } from "./external-memory.ts";
import { ToolRefused } from "./external-memory.ts";

/** The tools by which a server of this package is known. */
export const BRIDGE_TOOLS = ["remember_consult", "recall", "search_memories", "forget"];

const time = z.iso.datetime().optional();
const recalled = z.looseObject({
  key: z.string(),
  value: z.string(),
  metadata: z.record(z.string(), z.unknown()).default({}),
  tags: z.array(z.string()).default([]),
  created_at: time,
  updated_at: time,
});
const found = z.looseObject({
  results: z.array(
    z.looseObject({
      key: z.string(),
      snippet: z.string(),
      tags: z.array(z.string()).default([]),
      updated_at: time,
    }),
  ),
});

const FOUND_AT_MOST = 100;
const milliseconds = (text: string | undefined) => (text === undefined ? undefined : Date.parse(text));

/** A server with this package's own tools. */
export class BridgeServer implements ExternalMemory {
  readonly #call: CallTool;

  constructor(call: CallTool) {
    this.#call = call;
  }

  async put({ key, value, metadata, tags, namespace, expiresAtMs }: TransferEntry, limits: ExternalLimits) {
    const ttl_seconds =
      expiresAtMs === undefined ? undefined : Math.max(1, Math.ceil((expiresAtMs - Date.now()) / 1000));
    await this.#call("remember_consult", { key, value, metadata, tags, namespace, ttl_seconds }, limits);
  }

  async forget(namespace: string, key: string, limits: ExternalLimits) {
    await this.#call("forget", { key, namespace }, limits);
  }

  async get(namespace: string, key: string, limits: ExternalLimits): Promise<ForeignEntry | undefined> {
    try {
      const { data } = await this.#call("recall", { key, namespace }, limits);
      const { created_at, updated_at, ...entry } = recalled.parse(data);
      return { ...entry, createdAtMs: milliseconds(created_at), updatedAtMs: milliseconds(updated_at) };
    } catch (error) {
      if (error instanceof ToolRefused && error.code === "MEMORY_NOT_FOUND") return undefined;
      throw error;
    }
  }

  async search(query: string, filter: Filter, limits: ExternalLimits): Promise<ForeignEntry[]> {
    const { data } = await this.#call(
      "search_memories",
      {
        query: query === "" ? undefined : query,
        tags: [...filter.tags],
        namespace: filter.namespace,
        since: filter.sinceMs === undefined ? undefined : new Date(filter.sinceMs).toISOString(),
        until: filter.untilMs === undefined ? undefined : new Date(filter.untilMs).toISOString(),
        mode: "text",
        limit: FOUND_AT_MOST,
      },
      limits,
    );
    return found
      .parse(data)
      .results.slice(0, FOUND_AT_MOST)
      .map(({ key, snippet, tags, updated_at }) => ({
        key,
        value: snippet,
        metadata: {},
        tags,
        updatedAtMs: milliseconds(updated_at),
      }));
  }
}
