export { BridgeError, type ErrorCode, errorCodes, isBridgeError } from "@ollama-bridge/server-kit/errors";
export { type CallLimits, deadlineAfter, withDeadline } from "./deadline.ts";
export { type InstanceSettings, isLoopback, normaliseUrl } from "./instance.ts";
export type { ModelRunner, RunEvent, RunLimits, RunRequest, RunResult, Timings } from "./model-runner.ts";
export { type Embeddings, OllamaClient } from "./ollama-client.ts";
export { runOnInstance } from "./run-on-instance.ts";
export { singleInstanceRunner } from "./single-instance-runner.ts";
export type * from "./wire.ts";
