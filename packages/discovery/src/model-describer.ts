import { contextLimit, type ModelInfo } from "@ollama-bridge/core-client";
import type PQueue from "p-queue";
import { isRemote, type ModelFacts } from "./installed-models.ts";
import type { Instance } from "./instance.ts";

const AT_ONCE = 4;
const ANSWER_MS = 5_000;
const RETRY_MS = 60_000;

/** Asks `/api/show` what older servers do not say in `/api/tags`; once for a digest, wherever it is installed. */
export class ModelDescriber {
  readonly facts = new Map<string, ModelFacts>();
  readonly #asking = new Map<string, Promise<void>>();
  /** By instance and name. */
  readonly #askingCloud = new Map<string, Promise<void>>();
  readonly #now: () => number;
  /** When a model that could not be shown is asked again. */
  readonly #retryAtMs = new Map<string, number>();
  #queue: Promise<PQueue> | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Fills in capabilities and context lengths of the named models, or of all. A server that fails stays silent. */
  async describe(instances: readonly Instance[], names?: readonly string[]): Promise<void> {
    await Promise.all(
      instances.flatMap((instance) =>
        this.#missing(instance, names).map((name) => this.#ask(instance, name)),
      ),
    );
    for (const instance of instances) this.#fillIn(instance);
  }

  /**
   * Asks which of the named models run in Ollama's cloud, each server for itself. Of a server that fails it stays unknown.
   */
  async askCloud(instances: readonly Instance[], names: readonly string[]): Promise<void> {
    const asking = instances.flatMap((instance) =>
      names.flatMap((name) => {
        const model = instance.models.get(name);
        if (model === undefined || model.cloud !== undefined) return [];
        const key = `${instance.url} ${name}`;
        const known = this.#askingCloud.get(key);
        if (known !== undefined) return known;
        const asked = this.#info(instance, name, model.digest)
          .then(() => undefined)
          .catch(() => undefined)
          .finally(() => this.#askingCloud.delete(key));
        this.#askingCloud.set(key, asked);
        return asked;
      }),
    );
    await Promise.all(asking);
  }

  #missing(instance: Instance, names: readonly string[] | undefined): string[] {
    if (!instance.reachable) return [];
    return [...instance.models.values()]
      .filter(({ name }) => names === undefined || names.includes(name))
      .filter(
        ({ capabilities, contextLength, digest }) =>
          !this.facts.has(digest) && (!capabilities || !contextLength),
      )
      .filter(({ digest }) => this.#now() >= (this.#retryAtMs.get(digest) ?? 0))
      .map(({ name }) => name);
  }

  #ask(instance: Instance, name: string): Promise<void> {
    const digest = instance.models.get(name)?.digest ?? "";
    const asking = this.#asking.get(digest) ?? this.#show(instance, name, digest);
    this.#asking.set(digest, asking);
    return asking;
  }

  async #show(instance: Instance, name: string, digest: string): Promise<void> {
    try {
      const info = await this.#info(instance, name, digest);
      this.facts.set(digest, { capabilities: info.capabilities, contextLength: contextLimit(info) });
    } catch {
      // Unknown stays unknown: the model can still be asked, and its own error says what it cannot do.
      this.#retryAtMs.set(digest, this.#now() + RETRY_MS);
    } finally {
      this.#asking.delete(digest);
    }
  }

  async #info(instance: Instance, name: string, digest: string): Promise<ModelInfo> {
    this.#queue ??= import("p-queue").then(({ default: Queue }) => new Queue({ concurrency: AT_ONCE }));
    const show = () => instance.client.show(name, { deadlineMs: performance.now() + ANSWER_MS });
    const info = await (await this.#queue).add(show);
    instance.takeCloud(digest, isRemote(info));
    return info;
  }

  #fillIn(instance: Instance): void {
    const filled = [...instance.models].map(([name, model]) => {
      const facts = this.facts.get(model.digest);
      const capabilities = model.capabilities ?? facts?.capabilities;
      const contextLength = model.contextLength ?? facts?.contextLength;
      const added = { ...(capabilities && { capabilities }), ...(contextLength && { contextLength }) };
      return [name, { ...model, ...added }] as const;
    });
    instance.models = new Map(filled);
  }
}
