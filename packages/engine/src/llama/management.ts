import { type OllamaBackend, OllamaHttpError, type ProgressLine } from "../protocol/index.ts";
import type { LlamaEngine } from "./llama-engine.ts";

const cannot = (what: string) =>
  new OllamaHttpError(
    500,
    `the embedded engine cannot ${what}: install Ollama for that, or set ENGINE_MODEL`,
  );

/** Pull, push, create, copy and delete, of which the engine can only pull what it has. */
export const managementOf = (engine: LlamaEngine) =>
  ({
    async *pull({ model: name }): AsyncGenerator<ProgressLine> {
      yield { status: "pulling manifest" };
      const model = engine.find(name);
      if (!model)
        throw cannot(`pull ${name}, it serves ${engine.models.map(({ name }) => name).join(" and ")}`);
      const digest = `sha256:${engine.facts.fileDigest}`;
      const { sizeBytes: total } = engine.facts;
      yield { status: `pulling ${engine.facts.fileDigest.slice(0, 12)}`, digest, total, completed: total };
      for (const status of ["verifying sha256 digest", "writing manifest", "success"]) yield { status };
    },
    async *push({ model }): AsyncGenerator<ProgressLine> {
      yield { status: "retrieving manifest" };
      throw cannot(`push ${model}`);
    },
    async *create({ model, from = "" }): AsyncGenerator<ProgressLine> {
      yield { status: "gathering model components" };
      throw engine.find(from) ? cannot(`create ${model}`) : cannot(`pull ${from} to create ${model} from it`);
    },
    async copy({ source }) {
      throw cannot(`copy ${source}`);
    },
    async delete({ model }) {
      throw cannot(`delete ${model}`);
    },
    async status() {
      return { cloud: { disabled: true, source: "none" } };
    },
    async me() {
      throw new OllamaHttpError(503, "account unavailable");
    },
  }) satisfies Partial<OllamaBackend>;
