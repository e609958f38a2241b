import type { EngineProgress } from "../engine.ts";

const MEGABYTE = 1e6;
const BAR_WIDTH = 30;

/** Where the engine's start stands: one line that moves on a terminal, one line a phase elsewhere. */
export class EngineProgressLine {
  readonly #stream: NodeJS.WriteStream;
  #phase = "";

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  show({ phase, completedBytes, totalBytes }: EngineProgress): void {
    if (!this.#stream.isTTY) {
      if (phase !== this.#phase) this.#stream.write(`  ${phase}\n`);
    } else {
      const bar = completedBytes && totalBytes ? ` ${drawBar(completedBytes, totalBytes)}` : "";
      this.#stream.write(`\r\x1b[2K  ${phase}${bar}`);
    }
    this.#phase = phase;
  }

  end(): void {
    if (this.#stream.isTTY && this.#phase !== "") this.#stream.write("\r\x1b[2K");
  }
}

function drawBar(completed: number, total: number): string {
  const filled = Math.round((completed / total) * BAR_WIDTH);
  const megabytes = (bytes: number) => Math.round(bytes / MEGABYTE);
  return `${"█".repeat(filled)}${"░".repeat(BAR_WIDTH - filled)} ${megabytes(completed)} of ${megabytes(total)} MB`;
}
