import { invalidArgument, sha256 } from "@ollama-bridge/foundation";
import * as z from "zod";

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

const positionSchema = z.strictObject({
  /** Results shown so far. */
  offset: count,
  /** Of a list by time: time and id of the last entry shown. */
  after: z.tuple([z.number().int(), count]).optional(),
  /** Of a ranked list: the last entry there was when its first page was made. */
  upToId: count.optional(),
  /** Results of the external memory shown so far. */
  external: count.optional(),
});

/** Where the next page begins. */
export type Position = z.output<typeof positionSchema>;

const START: Position = { offset: 0 };

/** An opaque text; `search` is what it belongs to, without the page. */
export function writeCursor(position: Position, search: unknown): string {
  return Buffer.from(JSON.stringify([fingerprint(search), position])).toString("base64url");
}

/** @throws BridgeError VALIDATION_ERROR for a cursor that is none, or of another search. */
export function readCursor(cursor: string | undefined, search: unknown): Position {
  if (cursor === undefined) return START;
  const [known, position] = parse(cursor);
  const parsed = positionSchema.safeParse(position);
  if (!parsed.success) throw invalidArgument("cursor", "is not one that search_memories gave");
  if (known !== fingerprint(search))
    throw invalidArgument("cursor", "belongs to another search; repeat all its parameters");
  return parsed.data;
}

function parse(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function fingerprint(search: unknown): string {
  return sha256(JSON.stringify(search)).toString("base64url").slice(0, 12);
}
