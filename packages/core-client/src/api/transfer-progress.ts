import { type JsonObject, readCount, readDigest, readShortText } from "./values.ts";

/** One line of a pull, push or create; `total` and `completed` are bytes of the layer `digest`. */
export interface TransferProgress {
  status?: string | undefined;
  digest?: string | undefined;
  total?: number | undefined;
  completed?: number | undefined;
}

const MAX_STATUS_CHARACTERS = 500;

/** Reads one line of `/api/pull`, `/api/push` or `/api/create`. */
export function readTransferProgress(line: JsonObject): TransferProgress {
  return {
    status: readShortText(line.status, MAX_STATUS_CHARACTERS),
    digest: readDigest(line.digest),
    total: readCount(line.total),
    completed: readCount(line.completed),
  };
}
