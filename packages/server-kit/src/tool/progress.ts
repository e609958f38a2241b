/** How a running tool tells its caller where it stands. Without a progress token all of it does nothing. */
export interface ProgressReporter {
  /** `message` says queued, loading, generating …; `progress` and `total` are given where they are known (bytes). */
  update(message: string, amount?: { progress?: number; total?: number }): void;
  /**
   * Sends a message at once, for a caller that reads each of them as a part of the answer; `heartbeat` is what is said
   * when nothing else is for a while. Resolves when it has been written.
   */
  emit(message: string, heartbeat: string): Promise<void>;
}

export interface ProgressNotification {
  progress: number;
  total?: number;
  message: string;
}

const FIRST_AFTER_MS = 500;
const AT_LEAST_EVERY_MS = 4_000;
const AT_MOST_EVERY_MS = 200;
/** More that the caller has not read would tell it nothing, and grow for as long as the call runs. */
const MAX_UNWRITTEN = 256;

/**
 * Reports through `notify`: a changed message soon, the last one again so that no client's idle timer runs out,
 * `progress` always larger than before, as the protocol wants it.
 */
export function createProgressReporter(notify: (notification: ProgressNotification) => Promise<void>): {
  reporter: ProgressReporter;
  stop(): void;
} {
  let last = 0;
  let next: { message: string; progress?: number; total?: number } = { message: "queued" };
  let sentAt = Number.NEGATIVE_INFINITY;
  let soon = false;
  let unwritten = 0;
  let timer = setTimeout(repeat, FIRST_AFTER_MS);

  function send(): Promise<void> {
    clearTimeout(timer);
    soon = false;
    sentAt = performance.now();
    last = Math.max(next.progress ?? 0, last + 1);
    timer = setTimeout(repeat, AT_LEAST_EVERY_MS);
    unwritten++;
    const written = () => void unwritten--;
    // A caller that has gone away is told by the abort signal; its progress is of no use to anybody.
    return notify({ ...next, progress: last }).then(written, written);
  }

  function repeat(): void {
    if (unwritten < MAX_UNWRITTEN) return void send();
    clearTimeout(timer);
    soon = true;
    timer = setTimeout(repeat, AT_LEAST_EVERY_MS);
  }

  return {
    reporter: {
      update(message, amount) {
        next = { message, ...amount };
        if (soon) return;
        const waitMs = sentAt + AT_MOST_EVERY_MS - performance.now();
        if (waitMs <= 0) return repeat();
        soon = true;
        clearTimeout(timer);
        timer = setTimeout(repeat, waitMs);
      },
      emit(message, heartbeat) {
        next = { message };
        const written = send();
        next = { message: heartbeat };
        return written;
      },
    },
    stop: () => clearTimeout(timer),
  };
}

/** The reporter for a caller that asked for no progress. */
export const silentProgress: ProgressReporter = { update: () => undefined, emit: async () => undefined };
