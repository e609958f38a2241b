import type { ListResponse } from "@ollama-bridge/core-client";
import {
  contentOf,
  fingerprint,
  installedModels,
  joined,
  loadedModels,
} from "../catalog/installed-models.ts";
import type { InstalledModel } from "./fleet-state.ts";
import { type Instance, type Pair, pairOf } from "./instance.ts";
import type { InstanceEvent } from "./instance-event.ts";

type EventOf<Type extends InstanceEvent["type"]> = Extract<InstanceEvent, { type: Type }>;

const LATENCY_WEIGHT = 0.3;
/** One slow answer may be a machine under load; after the second nobody is there. */
const TIMEOUTS_TO_BE_DOWN = 2;
/** Nothing came from there, or nothing could be sent. */
const noAnswer: readonly string[] = ["OLLAMA_CONNECTION_FAILED", "CONFIG_INVALID"];

/** Returns what is known of an instance after an event. The snapshot that it is given stays as it is. */
export function stepInstance(instance: Instance, event: InstanceEvent): Instance {
  switch (event.type) {
    case "found": {
      const seen = { ...instance, ...seenAt(instance, event.atMs), version: event.version };
      return { ...withModels(seen, event.list), identified: false, problem: undefined };
    }
    case "probed": {
      const version = event.version ?? instance.version;
      return { ...instance, ...seenAt(instance, event.atMs, event.roundTripMs), version, timeouts: 0 };
    }
    case "probed-in-vain":
      return { ...instance, timeouts: TIMEOUTS_TO_BE_DOWN - 1 };
    case "failed":
      return failed(instance, event);
    case "listed-models":
      return { ...withModels(instance, event.list), problem: undefined };
    case "listed-loaded":
      return withLoaded(instance, event);
    case "described":
      return described(instance, event);
    case "identified": {
      const { whyUnused, aliasOf } = event;
      return { ...instance, identified: true, whyUnused, routable: whyUnused === undefined, aliasOf };
    }
    case "counted-gpus":
      return instance.gpu.source === "declared" ? instance : { ...instance, gpu: event.gpu };
    case "attempt-started":
      return {
        ...withBreakers(instance, event, (breaker) => breaker.started(event.atMs)),
        lastUsedMs: event.atMs,
      };
    case "attempt-observed":
      return observed(instance, event);
    case "attempt-ended":
      return withBreakers(instance, event, (breaker) => breaker.abandoned(event.startedMs));
    case "recalled":
      return recalled(instance, event);
    case "dropped":
      return { ...instance, draining: true };
  }
}

function seenAt({ latencyMs: before }: Instance, atMs: number, roundTripMs?: number): Partial<Instance> {
  const seen = { reachable: true, lastSeenMs: atMs };
  if (roundTripMs === undefined || !Number.isFinite(roundTripMs)) return seen;
  const latencyMs = before === undefined ? roundTripMs : before + LATENCY_WEIGHT * (roundTripMs - before);
  return { ...seen, latencyMs };
}

/** What answers, be it with an error, is there. */
function failed(instance: Instance, { atMs, error, wasReachable }: EventOf<"failed">): Instance {
  const isSilent = error.code === "TIMEOUT_EXCEEDED";
  if (!isSilent && !noAnswer.includes(error.code))
    return { ...instance, ...seenAt(instance, atMs), problem: error };
  const timeouts = instance.timeouts + 1;
  if (isSilent && wasReachable && timeouts < TIMEOUTS_TO_BE_DOWN) return { ...instance, timeouts };
  return { ...instance, timeouts, reachable: false, problem: error };
}

/** A server that lists other models each time leaves nothing behind. */
function withModels(instance: Instance, { models: list, warnings }: ListResponse): Instance {
  const models = installedModels(list, instance.facts);
  const contents = new Set([...models.values()].map(contentOf));
  return {
    ...instance,
    models,
    facts: new Map([...instance.facts].filter(([content]) => contents.has(content))),
    pairs: new Map([...instance.pairs].filter(([model, pair]) => models.has(model) || !isUnused(pair))),
    contents: fingerprint(instance.version ?? "", list),
    listWarnings: { ...instance.listWarnings, tags: warnings },
  };
}

const isUnused = ({ breaker, history }: Pair) => breaker.changedMs === undefined && history.isEmpty;

function withLoaded(instance: Instance, { atMs, wallMs, list }: EventOf<"listed-loaded">): Instance {
  const loaded = loadedModels(list.models, { nowMs: atMs, wallMs });
  const usesGpu = [...loaded.values()].some(({ sizeVramBytes }) => sizeVramBytes > 0);
  return {
    ...instance,
    loaded,
    gpu: instance.gpu.source === "unknown" && usesGpu ? { count: null, source: "inferred" } : instance.gpu,
    listWarnings: { ...instance.listWarnings, ps: list.warnings },
  };
}

/** What the server listed stands; `/api/show` fills in what it left out. */
function described(instance: Instance, { content, facts }: EventOf<"described">): Instance {
  const { contextLength, cloud } = facts;
  const filled = (model: InstalledModel): InstalledModel => {
    const capabilities = joined(model.capabilities, facts.capabilities);
    return {
      ...(contextLength && { contextLength }),
      ...model,
      ...(capabilities && { capabilities }),
      cloud: model.cloud || (cloud ?? model.cloud),
    };
  };
  const models = new Map(instance.models);
  for (const [name, model] of instance.models)
    if (contentOf(model) === content) models.set(name, filled(model));
  return { ...instance, facts: new Map(instance.facts).set(content, facts), models };
}

function observed(instance: Instance, { atMs, jitter, attempt }: EventOf<"attempt-observed">): Instance {
  const { startedMs, outcome, model, retryAfterMs } = attempt;
  const used = { ...instance, lastUsedMs: atMs };
  const pair = pairOf(instance, model);
  if (outcome === "answered") {
    const learned: Pair = {
      breaker: pair.breaker.succeeded(startedMs, atMs),
      history: pair.history.add({ ...attempt, atMs }).attempted(false, atMs),
    };
    return {
      ...used,
      ...seenAt(instance, atMs, attempt.roundTripMs),
      problem: undefined,
      breaker: instance.breaker.succeeded(startedMs, atMs),
      failures: instance.failures.attempted(false, atMs),
      pairs: new Map(instance.pairs).set(model, learned),
    };
  }
  if (outcome === "refused" || outcome === "unreachable" || outcome === "server-error") {
    const learned: Pair = {
      // That nothing listens is no news of the model.
      breaker: outcome === "refused" ? pair.breaker : pair.breaker.failed(startedMs, atMs, jitter),
      history: pair.history.attempted(true, atMs),
    };
    return {
      ...used,
      breaker: instance.breaker.failed(startedMs, atMs, jitter, outcome === "refused"),
      failures: instance.failures.attempted(true, atMs),
      pairs: new Map(instance.pairs).set(model, learned),
    };
  }
  if (
    outcome !== "busy" ||
    retryAfterMs === undefined ||
    !(retryAfterMs > 0 && Number.isFinite(retryAfterMs))
  )
    return used;
  return { ...used, cooldownUntilMs: Math.max(instance.cooldownUntilMs, atMs + retryAfterMs) };
}

/** Changes the breakers of the instance and of the pair; where both stay as they are, so does the snapshot. */
function withBreakers(
  instance: Instance,
  { model }: { model: string },
  change: (breaker: Pair["breaker"]) => Pair["breaker"],
): Instance {
  const pair = pairOf(instance, model);
  const [breaker, pairBreaker] = [change(instance.breaker), change(pair.breaker)];
  if (breaker === instance.breaker && pairBreaker === pair.breaker) return instance;
  const pairs =
    pairBreaker === pair.breaker
      ? instance.pairs
      : new Map(instance.pairs).set(model, { ...pair, breaker: pairBreaker });
  return { ...instance, breaker, pairs };
}

function recalled(instance: Instance, { atMs, wallMs, histories }: EventOf<"recalled">): Instance {
  const pairs = new Map(instance.pairs);
  for (const [model, stored] of Object.entries(histories)) {
    const pair = pairOf(instance, model);
    pairs.set(model, { ...pair, history: pair.history.restored(stored, atMs, wallMs) });
  }
  return { ...instance, pairs };
}
