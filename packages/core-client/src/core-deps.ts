import type { AllowedRoots } from "./attachments.ts";
import type { Limits } from "./config.ts";
import type { ModelRunner } from "./model-runner.ts";

/** What the tools of this package work with. */
export interface CoreDeps {
  runner: ModelRunner;
  limits: Limits;
}

/** A caller over HTTP may be on another machine: its paths are not this one's. */
export function allowedRoots(context: { overHttp: boolean; deps: { limits: Limits } }): AllowedRoots {
  return { roots: context.overHttp ? [] : context.deps.limits.image_roots };
}
