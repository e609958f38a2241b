import type { RunResult, Timings } from "./model-runner.ts";
import { StopStrings } from "./stop-strings.ts";
import { ThinkTags } from "./think-tags.ts";
import type { GenerationChunk, ToolCall } from "./wire.ts";

/** A piece of an answer. */
export interface Piece {
  text: string;
  thinking: string;
}

/** Gathers the chunks of one generation into its result. */
export class AnswerAccumulator {
  readonly #tags = new ThinkTags();
  readonly #stops: StopStrings;
  #response = "";
  #thinking = "";
  #toolCalls: ToolCall[] = [];
  /** Chunks that carried something; Ollama sends about one a token. */
  tokens = 0;
  /** The stop string at which the answer ended. */
  stopSequence: string | undefined;

  /** `stop`: strings at which the answer ends, looked for here. */
  constructor(stop: readonly string[] = []) {
    this.#stops = new StopStrings(stop);
  }

  /** Takes a chunk and returns the text and thinking that are certain by it; with the last one all that is left. */
  add(chunk: GenerationChunk): Piece {
    const content = chunk.response ?? chunk.message?.content ?? "";
    const ownThinking = chunk.thinking ?? chunk.message?.thinking ?? "";
    if (content !== "" || ownThinking !== "") this.tokens++;
    this.#toolCalls.push(...(chunk.message?.tool_calls ?? []));
    const tagged = this.#tags.add(content);
    const rest = chunk.done ? this.#tags.end() : { text: "", thinking: "" };
    const stopped = this.#stops.add(tagged.text + rest.text);
    this.stopSequence = stopped.matched;
    const held = chunk.done && stopped.matched === undefined ? this.#stops.end() : "";
    const piece = { text: stopped.text + held, thinking: ownThinking + tagged.thinking + rest.thinking };
    this.#response += piece.text;
    this.#thinking += piece.thinking;
    return piece;
  }

  /** What there is so far, for a caller whose deadline has passed. */
  get partial(): string {
    return this.#response;
  }

  result(
    last: GenerationChunk,
  ): Pick<
    RunResult,
    "response" | "thinking" | "toolCalls" | "doneReason" | "stopSequence" | "truncated" | "usage" | "timings"
  > {
    const doneReason = last.done_reason ?? "stop";
    return {
      response: this.#response,
      ...(this.#thinking === "" ? {} : { thinking: this.#thinking }),
      ...(this.#toolCalls.length === 0 ? {} : { toolCalls: this.#toolCalls }),
      doneReason,
      ...(this.stopSequence === undefined ? {} : { stopSequence: this.stopSequence }),
      truncated: doneReason === "length",
      usage: { input_tokens: last.prompt_eval_count ?? 0, output_tokens: last.eval_count ?? 0 },
      timings: timingsOf(last),
    };
  }
}

/** Ollama's nanoseconds as milliseconds, and the speed of decoding. */
function timingsOf(last: GenerationChunk): Timings {
  const ms = (nanoseconds = 0) => Math.round(nanoseconds / 1e6);
  const seconds = (last.eval_duration ?? 0) / 1e9;
  return {
    total_ms: ms(last.total_duration),
    load_ms: ms(last.load_duration),
    prompt_ms: ms(last.prompt_eval_duration),
    generate_ms: ms(last.eval_duration),
    tokens_per_second: seconds > 0 ? Math.round(((last.eval_count ?? 0) / seconds) * 10) / 10 : 0,
  };
}
