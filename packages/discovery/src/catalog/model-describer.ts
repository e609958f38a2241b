import { contextLimit } from "@ollama-bridge/core-client";
import { isBridgeError, waitAtMost } from "@ollama-bridge/foundation";
import type PQueue from "p-queue";
import type { InstalledModel } from "../registry/fleet-state.ts";
import type { Instance } from "../registry/instance.ts";
import { contentOf, isRemote } from "./installed-models.ts";

/** Per member. */
const AT_ONCE = 4;
const ANSWER_MS = 5_000;
const RETRY_MS = 60_000;
/** A caller is not held up longer by a member that is slow to tell; what it tells later is there for the next one. */
const DESCRIBED_WITHIN_MS = 5_000;
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
  readonly #questions = new WeakMap<Instance, Questions>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Fills in capabilities and context lengths of the named models, or of all. A server that fails stays silent. */
  async describe(instances: readonly Instance[], names?: readonly string[]): Promise<void> {
    await this.#describeAll(instances, ({ name, capabilities, contextLength }) =>
      names === undefined || names.includes(name) ? !capabilities || !contextLength : false,
    );
  }

  /** Asks which of the named models run in Ollama's cloud. Of a server that fails it stays unknown. */
  async askCloud(instances: readonly Instance[], names: readonly string[]): Promise<void> {
    await this.#describeAll(instances, ({ name, cloud }) => cloud === undefined && names.includes(name));
  }

  async #describeAll(instances: readonly Instance[], lacks: Lacks): Promise<void> {
    await waitAtMost(
      DESCRIBED_WITHIN_MS,
      Promise.all(instances.map((instance) => this.#describe(instance, lacks))),
    );
    for (const instance of instances) instance.fillIn();
  }

  async #describe(instance: Instance, lacks: Lacks): Promise<void> {
    if (!instance.reachable || undescribed(instance, lacks).length === 0) return;
    const questions = await this.#questionsFor(instance);
    const nowMs = this.#now();
    for (const [content, retryAtMs] of questions.retryAtMs)
      if (nowMs >= retryAtMs) questions.retryAtMs.delete(content);
    const asked = undescribed(instance, lacks)
      .filter((model) => !questions.retryAtMs.has(contentOf(model)))
      .slice(0, MAX_QUESTIONS)
      .map((model) => this.#ask(instance, model.name, contentOf(model), questions));
    await Promise.all(asked);
    instance.fillIn();
  }

  async #questionsFor(instance: Instance): Promise<Questions> {
    const { default: Queue } = await import("p-queue");
    let questions = this.#questions.get(instance);
    if (questions === undefined) {
      const queue = new Queue({ concurrency: AT_ONCE });
      questions = { queue, asked: new Map(), retryAtMs: new Map(), restsUntilMs: Number.NEGATIVE_INFINITY };
      this.#questions.set(instance, questions);
    }
    return questions;
  }

  #ask(instance: Instance, name: string, content: string, questions: Questions): Promise<void> {
    const { asked, queue } = questions;
    const asking = asked.get(content) ?? queue.add(() => this.#show(instance, name, content, questions));
    asked.set(content, asking);
    return asking;
  }

  async #show(instance: Instance, name: string, content: string, questions: Questions): Promise<void> {
    try {
      if (this.#now() < questions.restsUntilMs) return;
      const info = await instance.client.show(name, { timeoutMs: ANSWER_MS });
      instance.facts.set(content, {
        capabilities: info.capabilities,
        contextLength: contextLimit(info),
        cloud: isRemote(info),
      });
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

function undescribed({ models, facts }: Instance, lacks: Lacks): InstalledModel[] {
  return [...models.values()].filter((model) => lacks(model) && !facts.has(contentOf(model)));
}

const didNotAnswer: readonly string[] = ["TIMEOUT_EXCEEDED", "OLLAMA_CONNECTION_FAILED"];
