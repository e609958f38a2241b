import { invalidArgument } from "@ollama-bridge/foundation";
import { settingsFromEnvironment } from "@ollama-bridge/server-kit";
import { type MemorySettings, memorySection } from "./config.ts";
import { externalServer } from "./external/find-external.ts";
import type { Embed } from "./search/embedder.ts";
import { Memory } from "./store/memory.ts";

/** Where a memory is, and how it searches by meaning. */
export interface MemoryOptions {
  /** `sqlite:`, `sqlite:FILE` or `postgres://…`. @default "sqlite:", a file in the platform's data folder */
  url?: string;
  /** The folder that `sqlite:` keeps its file in. @default the platform's data folder */
  dir?: string;
  /** Where calls look that name no namespace. @default the name of the working directory */
  namespace?: string;
  /** Search by meaning: the model, and what makes one vector per text with it. @default by words only */
  semantic?: { model: string; embed: Embed };
  /** Another memory server that gets every entry too. @default none */
  external?: NonNullable<MemorySettings["external"]>;
}

const noModel: Embed = async () => [];
const quiet = () => undefined;

/**
 * Opens a memory for a program. It reads no configuration file, and of the environment only where the data folder is;
 * nothing is opened before the first call.
 * @throws BridgeError VALIDATION_ERROR that names the option.
 *
 * @example
 * import { openMemory } from "@ollama-bridge/memory";
 *
 * const memory = openMemory({ url: "sqlite:notes.sqlite", namespace: "notes" });
 * await memory.remember("decision", { value: "We use SQLite.", tags: ["storage"] });
 * const { results } = await memory.search({ query: "sqlite" });
 * await memory.close();
 */
export function openMemory({ semantic, external, ...where }: MemoryOptions = {}): Memory {
  const settings = settingsFromEnvironment({ ...process.env });
  const parsed = memorySection.schema.safeParse({ ...where, external, embed_model: semantic?.model });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalidArgument(issue?.path.join(".") || "options", issue?.message ?? "is wrong");
  }
  return new Memory(settings, parsed.data, {
    embed: semantic?.embed ?? noModel,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    findServers: async () => (external === undefined ? [] : [externalServer("openMemory", external)]),
  });
}
