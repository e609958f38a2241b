import type { ModelRunner } from "@ollama-bridge/core-client";
import type { Limits } from "@ollama-bridge/core-client/config";
import type { ResponsesSettings } from "./config.ts";
import type { MessageMetrics } from "./message/message-metrics.ts";

/** What the tools of this package work with. */
export interface MessagesDependencies {
  runner: ModelRunner;
  limits: Limits;
  responses: ResponsesSettings;
  metrics: MessageMetrics;
}
