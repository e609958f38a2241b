import { parser } from "@lezer/json";
import type { Fault } from "./code-block.ts";

/** Why JSON.parse refuses the text, and where; undefined for JSON, and for members of an object without its braces. */
export function jsonFault(text: string): Fault | undefined {
  const message = refusal(text);
  if (message === undefined || refusal(`{${text.trimEnd().replace(/,$/, "")}}`) === undefined)
    return undefined;
  const position = /at position (\d+)/.exec(message)?.[1];
  // V8 quotes the text around a place that it does not name.
  const [reason = ""] = message.split(/ in JSON at | after JSON at |, (?:\.\.\.)?"/);
  return { at: position === undefined ? firstErrorIn(text) : Number(position), message: reason };
}

function refusal(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return (error as SyntaxError).message;
  }
}

function firstErrorIn(text: string): number {
  let first = text.length;
  parser.parse(text).iterate({
    enter({ type, from }) {
      if (type.isError) first = Math.min(first, from);
    },
  });
  return first;
}
