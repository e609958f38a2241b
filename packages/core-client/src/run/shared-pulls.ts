import { canonicalName } from "../api/model-names.ts";
import type { TransferChunk } from "../api/ollama-api.ts";
import type { OllamaClient } from "../api/ollama-client.ts";

/** Where a pull stands: `completed` and `total` are bytes over all layers seen so far. */
export interface PullState {
  status: string;
  digest?: string;
  completed: number;
  total: number;
}

interface Pull {
  controller: AbortController;
  listeners: Set<(state: PullState) => void>;
  done: Promise<PullState>;
}

/** Pulls under way. Who asks for a model that is being pulled waits with the others; the last to leave ends it. */
export class SharedPulls {
  readonly #pulls = new Map<string, Pull>();

  /** Resolves when the model is there. @throws BridgeError; the signal's reason when the caller leaves. */
  async pull(
    client: OllamaClient,
    request: { model: string; insecure?: boolean },
    { signal, onState }: { signal: AbortSignal; onState(state: PullState): void },
  ): Promise<PullState> {
    signal.throwIfAborted();
    const key = `${client.instance.url} ${canonicalName(request.model)}`;
    const pull = this.#pulls.get(key) ?? this.#start(key, client, request);
    pull.listeners.add(onState);
    const left = Promise.withResolvers<never>();
    const leave = () => left.reject(signal.reason);
    signal.addEventListener("abort", leave, { once: true });
    try {
      return await Promise.race([pull.done, left.promise]);
    } finally {
      signal.removeEventListener("abort", leave);
      pull.listeners.delete(onState);
      if (pull.listeners.size === 0) {
        this.#pulls.delete(key);
        pull.controller.abort();
      }
    }
  }

  #start(key: string, client: OllamaClient, request: { model: string; insecure?: boolean }): Pull {
    const controller = new AbortController();
    const listeners = new Set<(state: PullState) => void>();
    const done = follow(client.pull(request, controller.signal), (state) => {
      for (const listener of listeners) listener(state);
    });
    const pull = { controller, listeners, done };
    this.#pulls.set(key, pull);
    // The waiters are told; a pull that everybody left has nobody to tell.
    done.catch(() => undefined);
    return pull;
  }
}

/** Layers whose bytes are counted; a model has some hundreds at most. */
const MAX_LAYERS = 5_000;

/** Adds up the layers, which Ollama reports one by one. */
async function follow(
  chunks: AsyncIterable<TransferChunk>,
  report: (state: PullState) => void,
): Promise<PullState> {
  const layers = new Map<string, { completed: number; total: number }>();
  let state: PullState = { status: "queued", completed: 0, total: 0 };
  for await (const { status = "", digest, completed = 0, total = 0 } of chunks) {
    const known = digest ?? state.digest;
    const sums = { completed: state.completed, total: state.total };
    if (digest !== undefined && (layers.has(digest) || layers.size < MAX_LAYERS)) {
      const before = layers.get(digest);
      sums.completed += completed - (before?.completed ?? 0);
      sums.total += total - (before?.total ?? 0);
      layers.set(digest, { completed, total });
    }
    state = { status, ...sums, ...(known === undefined ? {} : { digest: known }) };
    report(state);
  }
  return state;
}
