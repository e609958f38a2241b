import type { DoneReason, ToolCall } from "@ollama-bridge/engine/protocol";
import type { Model, Question } from "../models/model-script.ts";
import { valueFor } from "./schema-answer.ts";
import { tokenise } from "./tokens.ts";

/** One token of an answer, or tool calls. */
export type Token = { response: string } | { thinking: string } | { tool_calls: ToolCall[] };

/** What the model says to the question, token by token, as far as the request's limits let it. */
export async function answerTo(
  model: Model,
  question: Question,
): Promise<{ tokens: Token[]; doneReason: DoneReason }> {
  const { options = {} } = question.request;
  const calls = toolCalls(model, question);
  const said = calls.length ? [] : upToStop(await words(model, question), options.stop ?? []);
  const tokens: Token[] = [
    ...thoughts(model, question).map((thinking) => ({ thinking })),
    ...said.map((response) => ({ response })),
    ...(calls.length ? [{ tool_calls: calls }] : []),
  ];
  const limit = options.num_predict ?? -1;
  if (limit <= 0 || tokens.length <= limit) return { tokens, doneReason: "stop" };
  return { tokens: tokens.slice(0, limit), doneReason: "length" };
}

async function words(model: Model, question: Question): Promise<string[]> {
  const scripted = typeof model.answer === "function" ? await model.answer(question) : model.answer;
  if (Array.isArray(scripted)) return scripted;
  return tokenise(scripted ?? defaultAnswer(question));
}

/** Tells what was asked of which model, as JSON where the request wants JSON. */
function defaultAnswer({ model, prompt, system, images, request: { format } }: Question): string {
  if (typeof format === "object") return JSON.stringify(valueFor(format));
  if (format === "json") return JSON.stringify({ model, prompt });
  const told = system ? `, told "${system}",` : "";
  const shown = images.length ? ` with ${images.length} image${images.length > 1 ? "s" : ""}` : "";
  return `${model}${told} was asked${shown}: ${prompt}`;
}

function thoughts(model: Model, { prompt, request: { think } }: Question): string[] {
  if (!model.capabilities.includes("thinking") || think === false) return [];
  return tokenise(model.thinking ?? `Thinking about: ${prompt}`);
}

function toolCalls(model: Model, question: Question): ToolCall[] {
  const { request } = question;
  if (!("messages" in request) || !request.tools?.length || request.messages?.at(-1)?.role === "tool")
    return [];
  return typeof model.tool_calls === "function" ? model.tool_calls(question) : (model.tool_calls ?? []);
}

/** The tokens up to the first stop text, which is left out itself. */
function upToStop(tokens: string[], stops: string[]): string[] {
  const text = tokens.join("");
  const ends = stops.map((stop) => text.indexOf(stop)).filter((index) => index >= 0);
  if (!ends.length) return tokens;
  let left = Math.min(...ends);
  const kept: string[] = [];
  for (const token of tokens) {
    if (left <= 0) break;
    kept.push(token.slice(0, left));
    left -= token.length;
  }
  return kept;
}
