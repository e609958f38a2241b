import type { Memory } from "./store/memory.ts";

/** What the tools of this package work with. */
export interface MemoryDependencies {
  memory: Memory;
}
