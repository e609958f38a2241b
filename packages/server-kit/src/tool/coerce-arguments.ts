import { exceedsJsonLimits, isRecord } from "@ollama-bridge/foundation";
import * as z from "zod";
import { MAX_VALUES } from "./argument-shape.ts";

/** Makes of a value in another form the one that is advertised; every other value it gives back as it is. */
type FromOtherForm = (value: unknown) => unknown;

const otherForms = z.registry<{ from: FromOtherForm }>();

/**
 * Lets a parameter be given in further forms, which the schema that clients see does not name. The last thing that is said
 * of a schema, because every method of it makes a new one.
 */
export function alsoTakes<Schema extends z.ZodType>(schema: Schema, from: FromOtherForm): Schema {
  otherForms.add(schema, { from });
  return schema;
}

/**
 * The arguments as the schema has them, from the forms that clients and small models send: `"true"` for a boolean, `"5"`
 * for a number, JSON text for an object or a list, null for what may be absent. What is a text stays a text. Keys that
 * clients add for themselves are left out. What has no such form comes back as it is, for the schema to refuse.
 */
export function coerceArguments(input: z.ZodObject, args: unknown): unknown {
  if (!isRecord(args)) return coerced(args, input);
  const own = Object.entries(args).filter(([key]) => Object.hasOwn(input.shape, key) || !isOfClient(key));
  return coerced(Object.fromEntries(own), input);
}

const isOfClient = (key: string) => key === "toolCallId" || key.startsWith("_");

/** A number as JSON writes it. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const MAX_NUMBER_CHARACTERS = 40;

function coerced(value: unknown, schema: z.core.$ZodType): unknown {
  const given = otherForms.get(schema)?.from(value) ?? value;
  if (mayBeAbsent(schema)) return coerced(given, schema.unwrap());
  if (schema instanceof z.ZodBoolean) return given === "true" || (given === "false" ? false : given);
  if (schema instanceof z.ZodNumber) return isNumberText(given) ? Number(given) : given;
  if (schema instanceof z.ZodArray) {
    const list = fromJsonText(given);
    return Array.isArray(list) ? list.map((item) => coerced(item, schema.element)) : list;
  }
  if (schema instanceof z.ZodRecord) {
    const map = fromJsonText(given);
    return isRecord(map) ? mapped(map, (item) => coerced(item, schema.valueType)) : map;
  }
  if (!(schema instanceof z.ZodObject)) return given;
  const object = fromJsonText(given);
  if (!isRecord(object)) return object;
  const { shape } = schema;
  return mapped(object, (item, key) => {
    const known = Object.hasOwn(shape, key) ? shape[key] : undefined;
    if (known === undefined) return item;
    return item === null && mayBeAbsent(known) ? undefined : coerced(item, known);
  });
}

function mayBeAbsent(schema: z.core.$ZodType): schema is z.ZodOptional | z.ZodDefault | z.ZodPrefault {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
}

const isNumberText = (value: unknown): value is string =>
  typeof value === "string" && value.length <= MAX_NUMBER_CHARACTERS && NUMBER.test(value);

/** What is undefined is left out. */
function mapped(
  object: Record<string, unknown>,
  map: (value: unknown, key: string) => unknown,
): Record<string, unknown> {
  const entries = Object.entries(object).map(([key, value]) => [key, map(value, key)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** The value of a text that is JSON of an object or a list, every other value as it is. Too many values are not made. */
export function fromJsonText(value: unknown): unknown {
  if (
    typeof value !== "string" ||
    !/^\s*[{[]/.test(value) ||
    exceedsJsonLimits(value, { maxValues: MAX_VALUES })
  )
    return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
