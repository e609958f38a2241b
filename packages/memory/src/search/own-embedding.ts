import type { Settings } from "@ollama-bridge/server-kit";
import type { Embed } from "./embedder.ts";

/** Vectors from the one Ollama that the environment names; its client is loaded when the first is made. */
export function ownEmbedding(settings: Settings, model = ""): { embed: Embed; close(): Promise<void> } {
  const load = async () => {
    const { connectModels } = await import("./models-of-environment.ts");
    return connectModels(settings);
  };
  let loading: ReturnType<typeof load> | undefined;
  return {
    async embed(texts, limits) {
      loading ??= load();
      const { runner } = await loading;
      // Truncating is right here: a vector says what a text is about, and its beginning says that.
      const { embeddings } = await runner.embed({ model, input: texts, truncate: true }, limits);
      return embeddings;
    },
    async close() {
      await (await loading)?.close();
    },
  };
}
