import type { ResourceTemplateDefinition } from "@ollama-bridge/server-kit";
import type { MemoryDeps } from "./memory-deps.ts";

/** A read has no caller who could cancel it; it ends by itself. */
const neverAborted = () => new AbortController().signal;

/** The text under a key, as it was kept. @throws BridgeError MEMORY_NOT_FOUND */
async function readMemory(namespace: string, key: string, { memory }: MemoryDeps): Promise<string> {
  return (await memory.recall(key, { signal: neverAborted() }, namespace)).value;
}

/** Keys of a namespace that begin with `prefix`, in alphabetical order. */
async function completeKeys(namespace: string, prefix: string, { memory }: MemoryDeps): Promise<string[]> {
  return memory.keys(namespace, prefix);
}

const entry: ResourceTemplateDefinition<MemoryDeps> = {
  uriTemplate: "memory://{namespace}/{key}",
  name: "memory",
  title: "A remembered entry",
  description: "The text that was remembered under a key; namespace and key are percent-encoded",
  mimeType: "text/plain",
  read: ({ namespace = "", key = "" }, deps) => readMemory(namespace, key, deps),
  complete: (variable, prefix, deps, { namespace = deps.memory.defaultNamespace }) =>
    variable === "namespace" ? deps.memory.namespaces(prefix) : completeKeys(namespace, prefix, deps),
};

/** What can be read beside the tools. */
export const memoryResources = { resourceTemplates: [entry] };
