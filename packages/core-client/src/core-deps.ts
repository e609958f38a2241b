import { type AllowedRoots, defaultRoots } from "./allowed-roots.ts";
import type { Limits } from "./config.ts";
import type { MessageMetrics } from "./messages/message-metrics.ts";
import type { ResponsesSettings } from "./messages/responses-config.ts";
import type { ModelRunner } from "./model-runner.ts";
import type { OllamaClient } from "./ollama-client.ts";
import type { SharedPulls } from "./shared-pulls.ts";
import type { WebClient } from "./web-client.ts";

/** What the tools of this package work with. */
export interface CoreDeps {
  runner: ModelRunner;
  limits: Limits;
  responses: ResponsesSettings;
  messageMetrics: MessageMetrics;
  /** The instance of that name; without one, the first. @throws BridgeError VALIDATION_ERROR for an unknown name. */
  clientOf(instance: string | undefined): Promise<OllamaClient>;
  pulls: SharedPulls;
  web: WebClient;
}

/** Where paths in the arguments of a call may lead. */
export function allowedRoots(context: { overHttp: boolean; deps: { limits: Limits } }): AllowedRoots {
  const { overHttp, deps } = context;
  return { roots: deps.limits.image_roots ?? defaultRoots(), overHttp };
}
