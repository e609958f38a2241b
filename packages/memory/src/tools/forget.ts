import { defineTool, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import type { MemoryDependencies } from "../memory-dependencies.ts";
import * as parameters from "./parameters.ts";

export const forget = defineTool({
  name: "forget",
  title: "Forget",
  description:
    "Removes the entry of a key from memory for good. Answers whether there was one. To replace a text use remember_consult with the same key; to let one run out give it ttl_seconds there.",
  input: z.strictObject({ key: parameters.key, namespace: parameters.namespace }),
  data: () => z.strictObject({ forgotten: z.boolean().describe("Whether there was an entry") }),
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  text: ({ forgotten }) => (forgotten ? "Forgotten." : "There was nothing to forget."),
  async handler({ key, namespace }, context: ToolContext<MemoryDependencies>) {
    const call = { signal: context.signal, namespace };
    return { data: { forgotten: await context.dependencies.memory.forget(key, call) } };
  },
});
