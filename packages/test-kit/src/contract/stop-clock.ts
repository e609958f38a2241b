import { onTestFinished, vi } from "vitest";

/** The clock of a test, which only the test moves. */
export interface StoppedClock {
  /** Lets so much time pass, with everything that was to happen in it. */
  advance(ms: number): Promise<void>;
}

/**
 * Stops the clock that deadlines run on until the test ends: nothing is late because the machine is busy, and a
 * deadline passes when the test says so. What the scriptable Ollama does takes its real time.
 */
export function stopClock(): StoppedClock {
  if (!vi.isFakeTimers()) {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    onTestFinished(() => void vi.useRealTimers());
  }
  return { advance: async (ms) => void (await vi.advanceTimersByTimeAsync(ms)) };
}
