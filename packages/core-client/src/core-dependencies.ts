import type { OllamaClient } from "./api/ollama-client.ts";
import type { WebClient } from "./api/web-client.ts";
import type { Limits } from "./config.ts";
import { type AllowedRoots, defaultRoots } from "./files/allowed-roots.ts";
import type { ModelRunner } from "./run/model-runner.ts";
import type { SharedPulls } from "./run/shared-pulls.ts";

/** What the tools of this package work with. */
export interface CoreDependencies {
  runner: ModelRunner;
  limits: Limits;
  /** The instance of that name; without one, the first. @throws BridgeError VALIDATION_ERROR for an unknown name. */
  clientOf(instance: string | undefined): Promise<OllamaClient>;
  pulls: SharedPulls;
  /** Whether the operator lets this model be downloaded without being asked for by name. */
  mayPull(model: string): boolean;
  web: WebClient;
  /** @throws BridgeError where a policy keeps the text from leaving. @default all may leave */
  requireMayLeave?: ((text: string, caller: string) => void) | undefined;
}

/** Tells where paths in the arguments of a call may lead. */
export function allowedRoots(context: { overHttp: boolean; dependencies: { limits: Limits } }): AllowedRoots {
  const { overHttp, dependencies } = context;
  return {
    overHttp,
    // Looked up only where a path is read: most calls have none, and the file system takes long to answer.
    get roots() {
      return dependencies.limits.image_roots ?? defaultRoots();
    },
  };
}
