import { contextLimit } from "@ollama-bridge/core-client";
import { isBridgeError, waitAtMost } from "@ollama-bridge/foundation";
import type PQueue from "p-queue";
import type { InstalledModel } from "../registry/fleet-state.ts";
import type { Instance } from "../registry/instance.ts";
import type { InstanceRegistry } from "../registry/instance-registry.ts";
import { contentOf, isRemote } from "./installed-models.ts";

/** Per member. */
const AT_ONCE = 4;
const ANSWER_TIMEOUT_MS = 5_000;
const RETRY_MS = 60_000;
/** A caller is not held up longer by a member that is slow to tell; what it tells later is there for the next one. */
const DESCRIBE_TIMEOUT_MS = 5_000;
/** Models of one member that one call asks for. */
const MAX_QUESTIONS = 200;

/** Whether something is unknown of a model that its server may tell. */
type Lacks = (model: InstalledModel) => boolean;

/** What is being asked of one member. */
interface Questions {
  queue: PQueue;
  /** By content. */
  asked: Map<string, Promise<void>>;
  /** When a model that could not be shown is asked for again, by content. */
  retryAtMs: Map<string, number>;
  /** Until then the member is not asked: it did not answer. */
  restsUntilMs: number;
}

/** Asks `/api/show` what older servers do not say in `/api/tags`; once per member and digest. */
export class ModelDescriber {
  /** By `id`. */
  readonly #questions = new Map<string, Questions>();
  readonly #registry: InstanceRegistry;
  readonly #now: () => number;

  constructor(registry: InstanceRegistry, now: () => number) {
    this.#registry = registry;
    this.#now = now;
  }

  /**
   * Fills in capabilities, context lengths and whether it runs in Ollama's cloud, of the named models or of all. A list
   * does not name what the template inside a model's file can do, so that each of `needs` is asked for where it is not
   * listed. A server that fails stays silent.
   */
  async describe(
    instances: readonly Instance[],
    names?: readonly string[],
    needs: readonly string[] = [],
  ): Promise<void> {
    const lacks: Lacks = ({ name, capabilities, contextLength, cloud }) => {
      if (names !== undefined && !names.includes(name)) return false;
      if (!capabilities || !contextLength || needs.some((need) => !capabilities.includes(need))) return true;
      return names !== undefined && cloud === undefined;
    };
    await waitAtMost(DESCRIBE_TIMEOUT_MS, Promise.all(instances.map(({ id }) => this.#describe(id, lacks))));
  }

  async #describe(id: string, lacks: Lacks): Promise<void> {
    if (this.#undescribed(id, lacks).length === 0) return;
    const questions = await this.#questionsFor(id);
    const nowMs = this.#now();
    for (const [content, retryAtMs] of questions.retryAtMs)
      if (nowMs >= retryAtMs) questions.retryAtMs.delete(content);
    const asked = this.#undescribed(id, lacks)
      .filter((model) => !questions.retryAtMs.has(contentOf(model)))
      .slice(0, MAX_QUESTIONS)
      .map((model) => this.#ask(id, model.name, contentOf(model), questions));
    await Promise.all(asked);
  }

  #undescribed(id: string, lacks: Lacks): InstalledModel[] {
    const instance = this.#registry.get(id);
    if (!instance?.reachable) return [];
    return [...instance.models.values()].filter(
      (model) => lacks(model) && !instance.facts.has(contentOf(model)),
    );
  }

  async #questionsFor(id: string): Promise<Questions> {
    const { default: Queue } = await import("p-queue");
    let questions = this.#questions.get(id);
    if (questions === undefined) {
      const queue = new Queue({ concurrency: AT_ONCE });
      questions = { queue, asked: new Map(), retryAtMs: new Map(), restsUntilMs: Number.NEGATIVE_INFINITY };
      this.#questions.set(id, questions);
    }
    return questions;
  }

  #ask(id: string, name: string, content: string, questions: Questions): Promise<void> {
    const { asked, queue } = questions;
    const asking = asked.get(content) ?? queue.add(() => this.#show(id, name, content, questions));
    asked.set(content, asking);
    return asking;
  }

  async #show(id: string, name: string, content: string, questions: Questions): Promise<void> {
    try {
      if (this.#now() < questions.restsUntilMs) return;
      const client = this.#registry.get(id)?.client;
      if (client === undefined) return;
      const info = await client.show(name, { timeoutMs: ANSWER_TIMEOUT_MS });
      const { capabilities } = info;
      const facts = { capabilities, contextLength: contextLimit(info), cloud: isRemote(info) };
      this.#registry.apply(id, { type: "described", content, facts });
    } catch (error) {
      // Unknown stays unknown: the model can still be asked, and its own error says what it cannot do.
      questions.retryAtMs.set(content, this.#now() + RETRY_MS);
      if (isBridgeError(error) && didNotAnswer.includes(error.code))
        questions.restsUntilMs = this.#now() + RETRY_MS;
    } finally {
      questions.asked.delete(content);
    }
  }
}

const didNotAnswer: readonly string[] = ["TIMEOUT_EXCEEDED", "OLLAMA_CONNECTION_FAILED"];
