import type { Principal, ResourceTemplateDefinition } from "@ollama-bridge/server-kit";
import type { MemoryDependencies } from "./memory-dependencies.ts";

/** The text under a key, as it was kept. @throws BridgeError MEMORY_NOT_FOUND */
async function readMemory(namespace: string, key: string, { memory }: MemoryDependencies): Promise<string> {
  return (await memory.recall(key, { namespace })).value;
}

/** Keys of a namespace that begin with `prefix`, in alphabetical order. */
async function completeKeys(
  namespace: string,
  prefix: string,
  { memory }: MemoryDependencies,
): Promise<string[]> {
  return memory.keys(namespace, prefix);
}

/**
 * Namespaces that begin with `prefix`. The user of this machine sees their own; whoever calls over HTTP is told of none
 * but the default one, because the others are named after other projects.
 */
async function completeNamespaces(
  prefix: string,
  { memory }: MemoryDependencies,
  { kind }: Principal,
): Promise<string[]> {
  if (kind === "user") return memory.namespaces(prefix);
  return [memory.defaultNamespace].filter((namespace) => namespace.startsWith(prefix));
}

const entry: ResourceTemplateDefinition<MemoryDependencies> = {
  uriTemplate: "memory://{namespace}/{key}",
  name: "memory",
  title: "A remembered entry",
  description: "The text that was remembered under a key; namespace and key are percent-encoded",
  mimeType: "text/plain",
  read: ({ namespace = "", key = "" }, dependencies) => readMemory(namespace, key, dependencies),
  complete: (
    variable,
    prefix,
    dependencies,
    { namespace = dependencies.memory.defaultNamespace },
    principal,
  ) =>
    variable === "namespace"
      ? completeNamespaces(prefix, dependencies, principal)
      : completeKeys(namespace, prefix, dependencies),
};

/** What can be read beside the tools. */
export const memoryResources = { resourceTemplates: [entry] };
