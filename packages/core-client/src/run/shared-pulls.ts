import { type CallOptions, raceAbort, withDeadline } from "@ollama-bridge/foundation";
import { canonicalName } from "../api/model-names.ts";
import type { PullRequest, TransferProgress } from "../api/ollama-api.ts";
import type { OllamaClient } from "../api/ollama-client.ts";

/** Where a pull stands: `completed` and `total` are bytes over all layers seen so far. */
export interface PullProgress {
  status: string;
  digest?: string;
  completed: number;
  total: number;
}

interface Pull {
  controller: AbortController;
  listeners: Set<(progress: PullProgress) => void>;
  done: Promise<PullProgress>;
}

/** Pulls under way. Who asks for a model that is being pulled waits with the others; the last to leave ends it. */
export class SharedPulls {
  readonly #pulls = new Map<string, Pull>();

  /**
   * Resolves when the model is there; `onEvent` gets where the pull stands.
   * @throws BridgeError; the signal's reason when the caller leaves.
   */
  pull(
    client: OllamaClient,
    request: PullRequest,
    options: CallOptions<PullProgress> = {},
  ): Promise<PullProgress> {
    return withDeadline(options, async (signal) => {
      signal.throwIfAborted();
      const key = `${client.instance.url} ${canonicalName(request.model)}`;
      const pull = this.#pulls.get(key) ?? this.#start(key, client, request);
      const listener = (progress: PullProgress) => options.onEvent?.(progress);
      pull.listeners.add(listener);
      try {
        return await raceAbort(pull.done, signal);
      } finally {
        pull.listeners.delete(listener);
        if (pull.listeners.size === 0) {
          this.#pulls.delete(key);
          pull.controller.abort();
        }
      }
    });
  }

  #start(key: string, client: OllamaClient, request: PullRequest): Pull {
    const controller = new AbortController();
    const listeners = new Set<(progress: PullProgress) => void>();
    const sums = new LayerSums();
    const done = client
      .pull(request, {
        signal: controller.signal,
        onEvent(line) {
          const progress = sums.add(line);
          for (const listener of listeners) listener(progress);
        },
      })
      .then(() => sums.progress);
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
class LayerSums {
  readonly #layers = new Map<string, { completed: number; total: number }>();
  progress: PullProgress = { status: "queued", completed: 0, total: 0 };

  add({ status = "", digest, completed = 0, total = 0 }: TransferProgress): PullProgress {
    const known = digest ?? this.progress.digest;
    const sums = { completed: this.progress.completed, total: this.progress.total };
    if (digest !== undefined && (this.#layers.has(digest) || this.#layers.size < MAX_LAYERS)) {
      const before = this.#layers.get(digest);
      sums.completed += completed - (before?.completed ?? 0);
      sums.total += total - (before?.total ?? 0);
      this.#layers.set(digest, { completed, total });
    }
    this.progress = { status, ...sums, ...(known === undefined ? {} : { digest: known }) };
    return this.progress;
  }
}
