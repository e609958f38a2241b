export { isLoopbackAddress, isLoopbackHost } from "./addresses.ts";
export {
  type CallOptions,
  deadlineAfter,
  startDeadline,
  timeLeft,
  withDeadline,
} from "./async/deadline.ts";
export { FairQueue, type QueuePlace } from "./async/fair-queue.ts";
export { raceAbort, waitAtMost } from "./async/waiting.ts";
export { ByteBuffer, mebibytes } from "./bytes/byte-buffer.ts";
export { type ByteBudget, BytePool } from "./bytes/byte-pool.ts";
export {
  type Attribution,
  amendError,
  BridgeError,
  type BridgeErrorOptions,
  type ErrorDefinition,
  type ErrorSummary,
  errorLine,
  errorSummary,
  isBridgeError,
} from "./errors/bridge-error.ts";
export { defineErrors, type ErrorFamily, type ErrorOf } from "./errors/define-errors.ts";
export {
  foundationErrors,
  invalidArgument,
  partialOutput,
  toBridgeError,
} from "./errors/foundation-errors.ts";
export { decodeText, readUpTo, textEncoding } from "./files/file-content.ts";
export { endTree, endWithThisProcess } from "./process/end-with-process.ts";
export { randomId, sha256 } from "./text/digest.ts";
export { editDistance } from "./text/edit-distance.ts";
export { estimateTokens } from "./text/estimate-tokens.ts";
export { exceedsJsonLimits, type JsonLimits } from "./text/json-limits.ts";
export { asData, cut, shortLine, visible, visibleLine } from "./text/visible.ts";
export { MAX_LINE_LENGTH, MAX_LIST_LENGTH, MAX_NAME_LENGTH, MAX_TEXT_LENGTH } from "./values/input-limits.ts";
export { isRecord } from "./values/is-record.ts";
export { type KeyValueStore, memoryStore } from "./values/key-value-store.ts";
