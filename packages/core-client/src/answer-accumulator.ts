import type { RunResult, Timings } from "./model-runner.ts";
import type { GenerationChunk, ToolCall } from "./wire.ts";

const THINK_OPEN = "<think>";
const THINK_CLOSE = "</think>";

/** Gathers the chunks of one generation into its result. */
export class AnswerAccumulator {
  #response = "";
  #thinking = "";
  #toolCalls: ToolCall[] = [];
  /** Chunks that carried something; Ollama sends about one a token. */
  tokens = 0;

  /** Takes a chunk and returns the text and thinking that it brought. */
  add(chunk: GenerationChunk): { text: string; thinking: string } {
    const text = chunk.response ?? chunk.message?.content ?? "";
    const thinking = chunk.thinking ?? chunk.message?.thinking ?? "";
    this.#response += text;
    this.#thinking += thinking;
    this.#toolCalls.push(...(chunk.message?.tool_calls ?? []));
    if (text !== "" || thinking !== "") this.tokens++;
    return { text, thinking };
  }

  /** What there is so far, for a caller whose deadline has passed. */
  get partial(): string {
    return this.#split().response;
  }

  result(
    last: GenerationChunk,
  ): Pick<
    RunResult,
    "response" | "thinking" | "toolCalls" | "doneReason" | "truncated" | "usage" | "timings"
  > {
    const { response, thinking } = this.#split();
    const doneReason = last.done_reason ?? "stop";
    return {
      response,
      ...(thinking === "" ? {} : { thinking }),
      ...(this.#toolCalls.length === 0 ? {} : { toolCalls: this.#toolCalls }),
      doneReason,
      truncated: doneReason === "length",
      usage: { input_tokens: last.prompt_eval_count ?? 0, output_tokens: last.eval_count ?? 0 },
      timings: timingsOf(last),
    };
  }

  /** Templates without a thinking field leave the thinking at the front of the answer, between tags. */
  #split(): { response: string; thinking: string } {
    const start = this.#response.trimStart();
    if (!start.startsWith(THINK_OPEN)) return { response: this.#response, thinking: this.#thinking };
    const end = start.indexOf(THINK_CLOSE);
    if (end === -1) return { response: "", thinking: start.slice(THINK_OPEN.length).trim() };
    return {
      response: start.slice(end + THINK_CLOSE.length).trimStart(),
      thinking: start.slice(THINK_OPEN.length, end).trim(),
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
