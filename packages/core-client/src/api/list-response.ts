import { type ModelDetails, readModelDetails } from "./model-details.ts";
import { type NamedEntries, readNamedEntries } from "./named-entries.ts";
import { MAX_REMOTE_CHARACTERS } from "./show-response.ts";
import { type JsonObject, readCount, readDate, readDigest, readLabels, readShortText } from "./values.ts";

/** One entry of `/api/tags`; servers that look like Ollama leave out all but the name. */
export interface ModelSummary {
  name: string;
  /** ISO 8601. */
  modified_at?: string | undefined;
  /** Bytes. */
  size?: number | undefined;
  digest?: string | undefined;
  details: ModelDetails;
  /** Since 0.3x; older servers tell them in `/api/show` only. */
  capabilities?: string[] | undefined;
  /** Present on pointers to a cloud model. */
  remote_model?: string | undefined;
  remote_host?: string | undefined;
}

/** The models of a server, and warnings that say which entries of its list could not be used. */
export type ListResponse = NamedEntries<ModelSummary>;

/** Reads the answer of `/api/tags`. @throws WireFault */
export function readListResponse(answer: JsonObject): ListResponse {
  return readNamedEntries(answer, "/api/tags", (name, entry) => ({
    name,
    modified_at: readDate(entry.modified_at),
    size: readCount(entry.size),
    digest: readDigest(entry.digest),
    details: readModelDetails(entry.details),
    capabilities: readLabels(entry.capabilities),
    remote_model: readShortText(entry.remote_model, MAX_REMOTE_CHARACTERS),
    remote_host: readShortText(entry.remote_host, MAX_REMOTE_CHARACTERS),
  }));
}
