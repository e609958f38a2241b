import type { ByteBudget } from "@ollama-bridge/foundation";
import { GrowingText } from "../api/growing-text.ts";
import type { GenerationChunk, ToolCall } from "../api/ollama-api.ts";
import { ANSWER_LIMIT } from "./answer-budget.ts";
import type { RunResult, Timings } from "./model-runner.ts";
import { Repetition } from "./repetition.ts";
import { StopStrings } from "./stop-strings.ts";
import { ThinkTags } from "./think-tags.ts";

/** A piece of an answer. */
export interface Piece {
  text: string;
  thinking: string;
}

/** What an answer came to. */
export type GatheredResult = Omit<RunResult, "model" | "instance">;

/** How an answer is gathered. */
export interface AnswerOptions {
  /** What text, thinking and tool calls are taken from, as the bytes of their JSON. */
  budget: ByteBudget;
  /** Strings at which the answer ends, looked for here. */
  stop?: readonly string[] | undefined;
  /** The model thinks, so that its text may begin with thinking. */
  thinks?: boolean | undefined;
  /** An answer that repeats itself for ever is stopped. */
  stopsRepetition?: boolean | undefined;
}

/** Why an answer ends that was stopped because it repeated itself. */
const REPETITION = "repetition";

const MAX_CALLS = 1_000;

/** Gathers the chunks of one generation into its result. */
export class AnswerAccumulator {
  readonly #tags: ThinkTags;
  readonly #repetition: Repetition | undefined;
  readonly #stops: StopStrings;
  readonly #response = new GrowingText();
  readonly #thinking = new GrowingText();
  readonly #toolCalls: ToolCall[] = [];
  readonly #budget: ByteBudget;
  #unreadableCalls = 0;
  /** Chunks that carried something; Ollama sends about one a token. */
  tokens = 0;
  /** The stop string at which the answer ended. */
  stopSequence: string | undefined;
  /** Whether the answer was cut because no more of it is kept. */
  isCut = false;
  /** Whether the answer was stopped because it repeats itself. */
  isRepeating = false;

  constructor({ budget, stop = [], thinks = false, stopsRepetition = false }: AnswerOptions) {
    this.#budget = budget;
    this.#stops = new StopStrings(stop);
    this.#tags = new ThinkTags(thinks);
    if (stopsRepetition) this.#repetition = new Repetition();
  }

  /** Whether nothing that comes after can belong to the answer. */
  get hasEnded(): boolean {
    return this.isCut || this.isRepeating || this.stopSequence !== undefined;
  }

  /** Takes a chunk and returns the text and thinking that are certain by it; with the last one all that is left. */
  add(chunk: GenerationChunk): Piece {
    const content = chunk.response ?? chunk.message?.content ?? "";
    const ownThinking = chunk.thinking ?? chunk.message?.thinking ?? "";
    if (content !== "" || ownThinking !== "") this.tokens++;
    this.isRepeating = this.#repetition?.add(content + ownThinking) ?? false;
    const tagged = this.#tags.add(content, ownThinking !== "");
    const isLast = chunk.done || this.isRepeating;
    const rest = isLast ? this.#tags.end() : { text: "", thinking: "" };
    const stopped = this.#stops.add(tagged.text + rest.text);
    this.stopSequence = stopped.matched;
    const held = isLast && stopped.matched === undefined ? this.#stops.end() : "";
    const thinking = this.#keep(this.#thinking, ownThinking + tagged.thinking + rest.thinking);
    const text = this.#keep(this.#response, stopped.text + held);
    for (const call of chunk.message?.tool_calls ?? []) this.#keepCall(call);
    this.#unreadableCalls += chunk.message?.unreadable_calls ?? 0;
    return { text, thinking };
  }

  /** What there is so far, for a caller whose deadline has passed. */
  get partial(): string {
    return this.#response.toString() + this.#tags.awaited;
  }

  result(last: GenerationChunk): GatheredResult {
    const doneReason = this.isCut ? "length" : this.isRepeating ? REPETITION : (last.done_reason ?? "stop");
    const thinking = this.#thinking.toString();
    return {
      response: this.#response.toString(),
      ...(thinking === "" ? {} : { thinking }),
      ...(this.#toolCalls.length === 0 ? {} : { toolCalls: this.#toolCalls }),
      doneReason,
      ...(this.stopSequence === undefined ? {} : { stopSequence: this.stopSequence }),
      truncated: doneReason === "length" || doneReason === REPETITION,
      usage: {
        input_tokens: last.prompt_eval_count ?? 0,
        output_tokens: last.eval_count ?? (this.isRepeating ? this.tokens : 0),
      },
      timings: timingsOf(last),
      warnings: this.#warnings(doneReason),
    };
  }

  /** Keeps of `piece` what there is room for, and returns that. */
  #keep(text: GrowingText, piece: string): string {
    if (piece === "") return "";
    const bytes = jsonBytes(piece);
    const takenBytes = this.#budget.take(bytes);
    const kept = takenBytes < bytes ? beginning(piece, takenBytes) : piece;
    if (kept !== piece) this.isCut = true;
    text.add(kept);
    return kept;
  }

  #keepCall(call: ToolCall): void {
    const bytes = Buffer.byteLength(JSON.stringify(call));
    if (this.#toolCalls.length === MAX_CALLS || this.#budget.take(bytes) < bytes) this.isCut = true;
    if (!this.isCut) this.#toolCalls.push(call);
  }

  #warnings(doneReason: string): string[] {
    const unreadable = this.#unreadableCalls;
    const isEmpty = this.#toolCalls.length === 0 && this.#response.toString().trim() === "";
    return [
      ...(isEmpty ? [noText(doneReason)] : []),
      ...(this.isCut
        ? [`The answer was cut: ${ANSWER_LIMIT}, and one answer has at most ${MAX_CALLS} tool calls.`]
        : []),
      ...(this.isRepeating
        ? ["The answer repeated itself and was stopped; num_predict in options lets it go on to that length."]
        : []),
      ...(unreadable > 0
        ? [
            `Tool calls that could not be read and were left out: ${unreadable}. A call has a name and an object of arguments.`,
          ]
        : []),
    ];
  }
}

/** The text for an answer without text. */
export const noText = (doneReason: string) => `The model returned no text (done_reason: ${doneReason})`;

/** The beginning of a text that has no more than so many bytes as JSON. */
function beginning(text: string, maxBytes: number): string {
  let piece = text;
  let bytes = jsonBytes(piece);
  while (bytes > maxBytes) {
    // Half of a pair of code units is no character.
    piece = piece.slice(0, Math.floor((piece.length * maxBytes) / bytes)).replace(/[\ud800-\udbff]$/, "");
    bytes = jsonBytes(piece);
  }
  return piece;
}

/** Without the quotes around it. */
const jsonBytes = (text: string) => Buffer.byteLength(JSON.stringify(text)) - 2;

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
