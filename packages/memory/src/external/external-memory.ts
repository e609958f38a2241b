import type { Entry, TransferEntry } from "../store/entry.ts";
import type { Filter } from "../store/search-sql.ts";

/** What an external memory knows of a key; the times only where it keeps them. */
export interface ForeignEntry extends Entry {
  key: string;
  createdAtMs?: number | undefined;
  updatedAtMs?: number | undefined;
  expiresAtMs?: number | undefined;
}

export interface ExternalLimits {
  signal: AbortSignal;
}

/** Another memory behind MCP. Each method throws when the server did not take the call. */
export interface ExternalMemory {
  put(entry: TransferEntry, limits: ExternalLimits): Promise<void>;
  forget(namespace: string, key: string, limits: ExternalLimits): Promise<void>;
  get(namespace: string, key: string, limits: ExternalLimits): Promise<ForeignEntry | undefined>;
  /** Entries that hold the words, at most some hundred; with no words any. */
  search(query: string, filter: Filter, limits: ExternalLimits): Promise<ForeignEntry[]>;
}

/** Calls one of the server's tools and gives its structured content. @throws ToolRefused when the tool says no. */
export type CallTool = (
  name: string,
  args: Record<string, unknown>,
  limits: ExternalLimits,
) => Promise<Record<string, unknown>>;

/**
 * The server answered, and its answer is no. Whether it would be no again is certain only where the server speaks our
 * codes.
 */
export class ToolRefused extends Error {
  /** The error code, where the server speaks ours. */
  readonly code: string | undefined;

  /** This very entry cannot be taken, now or later. */
  get isFinal(): boolean {
    return this.code === "VALIDATION_ERROR";
  }

  /** The server cannot take anything just now. */
  get isTemporary(): boolean {
    return this.code !== undefined && this.code !== "INTERNAL_ERROR" && !this.isFinal;
  }

  constructor(message: string, code?: string) {
    super(message);
    this.name = "ToolRefused";
    this.code = code;
  }
}
