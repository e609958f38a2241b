import type { Memory } from "./memory.ts";

/** What the tools of this package work with. */
export interface MemoryDeps {
  memory: Memory;
}
