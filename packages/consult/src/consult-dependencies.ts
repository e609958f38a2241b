import type { ModelRunner, OllamaClient, WebClient } from "@ollama-bridge/core-client";
import type { Limits } from "@ollama-bridge/core-client/config";
import type { Memory } from "@ollama-bridge/memory/toolset";
import type { ConsultLimits } from "./config.ts";

/** Where models are reached. */
export interface ModelDependencies {
  runner: ModelRunner;
  /** Without a name, the first instance. */
  clientOf(instance: string | undefined): Promise<OllamaClient>;
  web: WebClient;
  /** @throws BridgeError where a policy keeps the text from leaving. @default all may leave */
  requireMayLeave?: ((text: string, caller: string) => void) | undefined;
}

/** What the tools of this package work with. */
export interface ConsultDependencies extends ModelDependencies {
  limits: Limits;
  consult: ConsultLimits;
  /** Absent where there is no memory: then no step can be remembered. */
  memory?: Pick<Memory, "remember"> | undefined;
}
