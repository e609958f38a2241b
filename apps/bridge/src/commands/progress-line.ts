import { visibleLine } from "@ollama-bridge/foundation";
import colors from "picocolors";

const BAR_WIDTH = 30;

/** One line that tells where something stands and moves on a terminal; elsewhere a line for each new message. */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream;
  #last = "";

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  show({
    message: text,
    progress,
    total,
  }: {
    message: string;
    progress?: number | undefined;
    total?: number | undefined;
  }): void {
    const message = visibleLine(text);
    if (!this.#stream.isTTY) {
      if (message !== this.#last && !/\d/.test(message)) this.#stream.write(`  ${message}\n`);
    } else {
      const bar = progress !== undefined && total ? ` ${drawBar(progress / total)}` : "";
      this.#stream.write(`\r\x1b[2K  ${colors.dim(message)}${bar}`);
    }
    this.#last = message;
  }

  clear(): void {
    if (this.#stream.isTTY && this.#last !== "") this.#stream.write("\r\x1b[2K");
  }
}

function drawBar(share: number): string {
  const filled = Math.round(Math.min(1, share) * BAR_WIDTH);
  return `${"█".repeat(filled)}${"░".repeat(BAR_WIDTH - filled)} ${Math.round(share * 100)} %`;
}
