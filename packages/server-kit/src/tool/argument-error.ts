import { type BridgeError, cut, editDistance, invalidArgument } from "@ollama-bridge/foundation";
import * as z from "zod";
import { pathText } from "./argument-shape.ts";

/** Of the keys that a tool does not know, so many are named. */
const NAMED_KEYS = 3;
/** Of a key as many characters are compared. */
const MAX_COMPARED_CHARACTERS = 64;
const MAX_EXAMPLE_CHARACTERS = 120;

/** VALIDATION_ERROR for arguments that the schema refuses: which parameter, what is wrong, and the right form of it. */
export function argumentError(
  input: z.ZodObject,
  args: unknown,
  { issues: [issue] }: z.ZodError,
): BridgeError {
  if (issue?.code === "unrecognized_keys") return unknownKeys(input, issue.path, issue.keys);
  const path = pathText(issue?.path ?? []);
  const value = issue?.path.reduce<unknown>(inside, args);
  const form =
    issue?.code === "invalid_type" && issue.expected === "array" && typeof value === "string"
      ? `Send ${path} as a list: ${JSON.stringify([cut(value, MAX_EXAMPLE_CHARACTERS)])}. `
      : "";
  return invalidArgument(path, issue?.message ?? "does not fit", `${form}${whatNext(input, path)}`);
}

function unknownKeys(input: z.ZodObject, at: readonly PropertyKey[], keys: readonly string[]): BridgeError {
  const [first = ""] = keys;
  const path = pathText([...at, first]);
  const shown = keys.slice(0, NAMED_KEYS).map((key) => pathText([key]));
  const rest = keys.length > NAMED_KEYS ? ` and ${keys.length - NAMED_KEYS} more` : "";
  const holder = at.reduce<z.core.$ZodType | undefined>(schemaInside, input);
  const nearest = nearestKey(first, holder instanceof z.ZodObject ? Object.keys(holder.shape) : []);
  return invalidArgument(
    path,
    `Unrecognized key${keys.length > 1 ? "s" : ""}: ${shown.join(", ")}${rest}`,
    `${nearest === undefined ? "" : `The nearest name is ${pathText([...at, nearest])}. `}${whatNext(input, path)}`,
  );
}

const whatNext = (input: z.ZodObject, path: string) =>
  `Allowed parameters: ${Object.keys(input.shape).join(", ") || "none"}. Correct ${path || "the arguments"} and call again.`;

function nearestKey(key: string, known: readonly string[]): string | undefined {
  const plain = (text: string) =>
    text.slice(0, MAX_COMPARED_CHARACTERS).toLowerCase().replaceAll(/[_-]/g, "");
  const distances = known.map((name) => ({ name, distance: editDistance(plain(name), plain(key)) }));
  return distances.sort((a, b) => a.distance - b.distance)[0]?.name;
}

function inside(holder: unknown, key: PropertyKey): unknown {
  return typeof holder === "object" && holder !== null ? Reflect.get(holder, key) : undefined;
}

/** The schema one step further on the way to a value. */
function schemaInside(schema: z.core.$ZodType | undefined, key: PropertyKey): z.core.$ZodType | undefined {
  const bare = unwrapped(schema);
  if (bare instanceof z.ZodObject) return unwrapped(bare.shape[String(key)]);
  return bare instanceof z.ZodArray ? unwrapped(bare.element) : undefined;
}

function unwrapped(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault
    ? unwrapped(schema.unwrap())
    : schema;
}
