import { type NamedEntries, readNamedEntries } from "./named-entries.ts";
import { type JsonObject, readCount, readDate, readDigest, readTokens } from "./values.ts";

/** One entry of `/api/ps`; sizes in bytes. */
export interface LoadedModel {
  name: string;
  digest?: string | undefined;
  size?: number | undefined;
  size_vram?: number | undefined;
  context_length?: number | undefined;
  /** ISO 8601. */
  expires_at?: string | undefined;
}

/** The models in a server's memory, and warnings that say which entries of its list could not be used. */
export type PsResponse = NamedEntries<LoadedModel>;

/** Reads the answer of `/api/ps`. @throws WireFault */
export function readPsResponse(answer: JsonObject): PsResponse {
  return readNamedEntries(answer, "/api/ps", (name, entry) => ({
    name,
    digest: readDigest(entry.digest),
    size: readCount(entry.size),
    size_vram: readCount(entry.size_vram),
    context_length: readTokens(entry.context_length),
    expires_at: readDate(entry.expires_at),
  }));
}
