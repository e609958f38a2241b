import { createWebClient, type ModelRunner, type WebClient } from "@ollama-bridge/core-client";
import type { CallOptions } from "@ollama-bridge/foundation";
import { silentProgress } from "@ollama-bridge/server-kit";
import type { Asking, Question } from "./ask.ts";
import type { ChainData } from "./chain/chain-data.ts";
import { checkChain } from "./chain/check-chain.ts";
import type { Consultant } from "./chain/consultant.ts";
import { runChain } from "./chain/run-chain.ts";
import { type ComparisonData, compare } from "./compare.ts";
import type { ConsultDependencies } from "./consult-dependencies.ts";

const TIMEOUT_MS = 120_000;
const never = new AbortController().signal;
const quiet = () => undefined;

/** What consultants reach beside the models. */
export interface ConsultantsOptions {
  /** Searches for steps whose model is `web_search`. @default none, and such a step fails with UNAUTHORIZED */
  web?: WebClient;
  /** Keeps what steps are to remember, such as a `Memory` of `@ollama-bridge/memory`. @default none, and such a step is refused */
  memory?: NonNullable<ConsultDependencies["memory"]>;
}

/** How a consultation ends early; `timeoutMs` is for each model (by default 120,000), `onEvent` gets lines for a reader. */
export type ConsultOptions = CallOptions<string>;

/** Models that are compared, or that build on each other. */
export interface Consultants {
  /**
   * Asks all models at once; one that fails loses none of the others.
   * @throws BridgeError of the first model, with all results as `data`, when every model failed.
   */
  compare(
    models: readonly string[],
    question: Omit<Question, "model" | "timeoutMs">,
    options?: ConsultOptions,
  ): Promise<ComparisonData>;
  /**
   * Runs steps one after the other; `{id}` in a prompt is replaced by the response of that earlier step.
   * @throws BridgeError VALIDATION_ERROR for a chain that cannot work; CHAIN_EXECUTION_FAILED with the finished steps as
   * `data`, when a step fails (with `onError: "continue"` only when all do).
   */
  chain(
    steps: readonly Consultant[],
    options?: ConsultOptions & {
      /** @default "stop" */
      onError?: "stop" | "continue";
    },
  ): Promise<ChainData>;
}

/**
 * Makes consultants of the models that a runner reaches: one Ollama, or a routed fleet.
 *
 * @example
 * import { createConsultants } from "@ollama-bridge/consult";
 * import { OllamaClient, singleInstanceRunner } from "@ollama-bridge/core-client";
 *
 * const runner = singleInstanceRunner(new OllamaClient("http://gpu-box:11434"), { maxConcurrent: 5 });
 * const { results } = await createConsultants(runner).compare(["llama3.2", "phi4"], { prompt: "Tabs or spaces?" });
 * for (const { model, response } of results) console.log(model, response);
 */
export function createConsultants(
  runner: ModelRunner,
  { web = createWebClient(undefined), memory }: ConsultantsOptions = {},
): Consultants {
  const asking = ({ signal = never, timeoutMs = TIMEOUT_MS, onEvent }: ConsultOptions): Asking => ({
    dependencies: { runner, web, memory, limits: { default_timeout_ms: timeoutMs } },
    signal,
    progress:
      onEvent === undefined ? silentProgress : { update: onEvent, emit: async (line) => onEvent(line) },
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
  return {
    async compare(models, question, options = {}) {
      return (await compare(models, question, asking(options))).data;
    },
    async chain(steps, { onError = "stop", ...options } = {}) {
      checkChain(steps, { most: Number.POSITIVE_INFINITY, canRemember: memory !== undefined });
      return (await runChain(steps, onError === "continue", asking(options))).data;
    },
  };
}
