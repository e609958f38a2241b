export { BridgeError, type ErrorCode, errorCodes, isBridgeError } from "@ollama-bridge/server-kit/errors";
export { contextLimit } from "./context-length.ts";
export { type CallLimits, deadlineAfter, withDeadline } from "./deadline.ts";
export { type InstanceSettings, isLoopback, normaliseUrl } from "./instance.ts";
export { GUARDED } from "./listeners/connection-guards.ts";
export { ON_ANOTHER_MACHINE, whyListenerIsUnused } from "./listeners/listener-rule.ts";
export {
  type ListenerLookup,
  type ListeningSocket,
  readListeningSockets,
} from "./listeners/listening-sockets.ts";
export { lookUpHost } from "./look-up-host.ts";
export type { ContentBlock, Message, MessageUsage, StopReason } from "./messages/message.ts";
export type { MessageEvent } from "./messages/message-events.ts";
export { streamMessage, toServerSentEvents } from "./messages/message-stream.ts";
export { canonicalName, isRouted, modelNotFound } from "./model-names.ts";
export type { ModelRunner, RunEvent, RunLimits, RunRequest, RunResult, Timings } from "./model-runner.ts";
export { OllamaClient } from "./ollama-client.ts";
export { runOnInstance } from "./run-on-instance.ts";
export { type PullState, SharedPulls } from "./shared-pulls.ts";
export { singleInstanceRunner } from "./single-instance-runner.ts";
export { canonicalAddress, isOwnAddress, isThisMachine } from "./this-machine.ts";
export { unlessAborted } from "./unless-aborted.ts";
export { createWebClient, type WebClient } from "./web-client.ts";
export type * from "./wire.ts";
