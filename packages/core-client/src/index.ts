export { BridgeError, type CallOptions, isBridgeError } from "@ollama-bridge/foundation";
export { canonicalName, isCloudName, isRouted, isSameModel, modelNotFound } from "./api/model-names.ts";
export type * from "./api/ollama-api.ts";
export { OllamaClient } from "./api/ollama-client.ts";
export { createWebClient, type WebClient } from "./api/web-client.ts";
export { type CoreErrorDetails, coreErrors, type ServerFault } from "./core-errors.ts";
export { AnswerAccumulator } from "./run/answer-accumulator.ts";
export { answerBudget } from "./run/answer-budget.ts";
export { contextLimit, estimateTokens } from "./run/context-length.ts";
export type {
  ModelRunner,
  Privacy,
  RunEvent,
  RunnerEmbedRequest,
  RunnerEmbedResponse,
  RunOptions,
  RunRequest,
  RunResult,
  Timings,
} from "./run/model-runner.ts";
export { runOnInstance } from "./run/run-on-instance.ts";
export { type PullProgress, SharedPulls } from "./run/shared-pulls.ts";
export { singleInstanceRunner } from "./run/single-instance-runner.ts";
export { streamRequest } from "./run/stream-request.ts";
export {
  type ClientSettings,
  type InstanceSettings,
  instanceSettings,
  isLoopback,
  normalizeUrl,
} from "./transport/instance.ts";
export { GUARDED } from "./transport/listeners/connection-guards.ts";
export { ON_ANOTHER_MACHINE, whyListenerIsUnused } from "./transport/listeners/listener-rule.ts";
export {
  type ListenerLookup,
  type ListeningSocket,
  readListeningSockets,
} from "./transport/listeners/listening-sockets.ts";
export { lookUpHost } from "./transport/look-up-host.ts";
export { canonicalAddress, isOwnAddress, isThisMachine } from "./transport/this-machine.ts";
