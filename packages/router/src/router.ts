import {
  coreErrors,
  type EmbedResponse,
  type ModelRunner,
  type OllamaClient,
  type RunOptions,
  type RunResult,
  runOnInstance,
  SharedPulls,
} from "@ollama-bridge/core-client";
import { installedName } from "@ollama-bridge/discovery";
import { type CallOptions, deadlineAfter, FairQueue, withDeadline } from "@ollama-bridge/foundation";
import { mayPull } from "./auto-pull.ts";
import { Conversations } from "./conversations.ts";
import { WorkInHand } from "./decision/work-in-hand.ts";
import { DetachedLoads } from "./failover/detached-loads.ts";
import { listModels, showModel } from "./fleet-lookups.ts";
import { learnedFrom } from "./learned-from.ts";
import { planOf, type RouteRequest } from "./plan.ts";
import { ExperimentLog } from "./policies/experiments.ts";
import { rulesFor } from "./policies/policy-rules.ts";
import { prepareRoute } from "./prepare-route.ts";
import type { PreparedRoute, PrepareLimits } from "./prepared-route.ts";
import { roomForHistory } from "./room-for-history.ts";
import { type Job, RouteCall } from "./route-call.ts";
import { type RoutedResult, reportOf } from "./route-report.ts";
import { routerErrors } from "./router-errors.ts";
import type { RouterSettings } from "./router-settings.ts";
import type { RouterState } from "./router-state.ts";
import type { RoutingFleet } from "./routing-fleet.ts";
import { Spending } from "./spending.ts";

/** What a router works with. */
export interface RouterOptions {
  fleet: RoutingFleet;
  settings: RouterSettings;
  conversations?: Conversations;
  /** In [0, 1). */
  random?: () => number;
}

/** Runs models on the fleet: chooses, waits its turn, fails over, learns. */
export class Router implements ModelRunner {
  readonly experiments = new ExperimentLog();
  readonly spending = new Spending(() => this.settings.clientPricePerMtok);
  settings: RouterSettings;
  readonly #state: RouterState;
  readonly conversations: Conversations;

  constructor({ fleet, settings, conversations = new Conversations(), random = Math.random }: RouterOptions) {
    this.settings = settings;
    this.conversations = conversations;
    const current = () => this.settings;
    const work = new WorkInHand();
    this.#state = {
      fleet,
      get settings() {
        return current();
      },
      queue: new FairQueue(settings.choice.maxInFlight),
      work,
      loads: new DetachedLoads(),
      pulls: new SharedPulls(),
      experiments: this.experiments,
      spending: this.spending,
      context: () => ({ nowMs: performance.now(), random, work, settings: current().choice }),
    };
  }

  /**
   * @throws BridgeError of the last attempt, with all of them in `details.attempts`; NO_ROUTE or MODEL_NOT_FOUND when
   * there was nothing to try; TIMEOUT_EXCEEDED with any partial output in `details.partial`.
   */
  run(request: RouteRequest, options: RunOptions = {}): Promise<RoutedResult> {
    const { onEvent, deliversText, budget } = options;
    return underWay(options, async (bounds) => {
      const limits = { ...bounds, onEvent, deliversText, budget };
      onEvent?.({ type: "queued" });
      const { conversation } = request;
      if (conversation === undefined) return this.#answer(request, limits);
      return this.conversations.turn(conversation, request, {
        room: (question) => roomForHistory(this.#state, { ...request, ...question }, limits),
        run: (continued, lastInstance) =>
          this.#answer({ ...request, ...continued }, { ...limits, lastInstance }),
      });
    });
  }

  /** What `run` would choose now, and everything it would look at; nothing is run. */
  preview(request: RouteRequest, options: CallOptions = {}): Promise<PreparedRoute> {
    return underWay(options, async (bounds) => {
      const limits = { ...bounds, looksOnly: true };
      const { conversation } = request;
      if (conversation === undefined) return prepareRoute(this.#state, request, limits);
      const continued = await this.conversations.preview(conversation, request, (question) =>
        roomForHistory(this.#state, question, limits),
      );
      return prepareRoute(this.#state, continued, limits);
    });
  }

  /** @throws BridgeError NO_ROUTE where a policy keeps the text on private machines. */
  requireMayLeave(text: string, caller: string): void {
    const { fleet, settings } = this.#state;
    const { policies, table, catalog } = settings;
    if (policies.length === 0) return;
    const { category, demand } = planOf({ model: "auto", prompt: text }, { fleet, table, catalog });
    const occasion = { category, prompt: text, texts: [text], promptTokens: demand.promptTokens, caller };
    const rule = rulesFor(policies, occasion, { catalog, isNamed: false }).find(({ isPrivate }) => isPrivate);
    if (rule === undefined) return;
    throw routerErrors.create("NO_ROUTE", `The policy ${rule.name} keeps this on private machines`, {
      details: { tried: [] },
      hint: "Ask a model on a private machine instead of a service of the web.",
    });
  }

  embed: ModelRunner["embed"] = (request, callOptions = {}) =>
    underWay(callOptions, async (limits) => {
      const { model, input, privacy, caller, ...options } = request;
      const wanted = { model, prompt: [input].flat().join("\n"), embedding: true, privacy, caller };
      const job: Job<EmbedResponse> = {
        streams: false,
        holdsBack: false,
        run: (client, name, { signal: aborted }) =>
          client.embed({ model: name, input, ...options }, { signal: aborted }),
        learned: () => ({}),
      };
      const { result, candidate } = await new RouteCall(this.#state, wanted, job, limits).run();
      return { ...result, instance: candidate.instance.name };
    });

  list: ModelRunner["list"] = (options) => listModels(this.#state.fleet, options);
  show: ModelRunner["show"] = (model, options) => showModel(this.#state.fleet, model, options);
  version: ModelRunner["version"] = async (options) =>
    (await this.#state.fleet.clientNamed(undefined)).version(options);

  async canSee(request: RouteRequest, options?: CallOptions): Promise<boolean> {
    try {
      await this.preview({ ...request, needs: [...(request.needs ?? []), "vision"] }, options);
      return true;
    } catch (error) {
      if (routerErrors.is(error, "NO_ROUTE") || coreErrors.is(error, "CAPABILITY_UNSUPPORTED")) return false;
      throw error;
    }
  }

  async #answer(request: RouteRequest, limits: PrepareLimits): Promise<RoutedResult> {
    const startedMs = performance.now();
    const job: Job<RunResult> = {
      streams: true,
      holdsBack: (request.tools?.length ?? 0) > 0,
      run: (client, model, forwarded) =>
        runOnInstance(
          client,
          { ...request, model, thinks: this.#thinks(client, model) },
          { ...forwarded, deliversText: limits.deliversText, budget: limits.budget },
        ),
      learned: learnedFrom,
    };
    const routed = new RouteCall(this.#state, request, job, limits).run();
    return reportOf(this.#state, await routed, (performance.now() - startedMs) / 1000);
  }

  /** Undefined where that server does not tell. */
  #thinks(client: OllamaClient, model: string): boolean | undefined {
    const { fleet } = this.#state;
    const name = installedName(fleet, model);
    const instance = fleet.having(name).find((each) => each.client === client);
    return instance?.models.get(name)?.capabilities?.includes("thinking");
  }

  /** Whether the operator allows the model to be pulled when it is missing. */
  mayPull(model: string): boolean {
    return mayPull(this.settings, model);
  }

  async close(): Promise<void> {
    this.#state.loads.close();
    await this.conversations.close();
  }
}

/** Runs `work` with what ends it: a signal that aborts in time, and the moment when that is. */
function underWay<Result>(
  options: CallOptions,
  work: (limits: Pick<PrepareLimits, "signal" | "deadlineMs">) => Promise<Result>,
): Promise<Result> {
  const deadlineMs = deadlineAfter(options.timeoutMs ?? Number.POSITIVE_INFINITY);
  return withDeadline(options, (signal) => work({ signal, deadlineMs }));
}
