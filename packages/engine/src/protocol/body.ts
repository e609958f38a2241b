import type { IncomingMessage } from "node:http";
import { isRecord } from "@ollama-bridge/foundation";
import { OllamaHttpError } from "./errors.ts";
import { keepAliveMs } from "./keep-alive.ts";

/** The kinds of JSON value that a field may hold, with the name that Ollama's decoder gives the wanted type. */
const fieldKinds = {
  string: { accepts: (value: unknown) => typeof value === "string", wanted: "string" },
  bool: { accepts: (value: unknown) => typeof value === "boolean", wanted: "bool" },
  int: { accepts: Number.isInteger, wanted: "int" },
  ints: { accepts: listOf(Number.isInteger), wanted: "[]int" },
  strings: { accepts: listOf((value) => typeof value === "string"), wanted: "[]string" },
  object: { accepts: isRecord, wanted: "map[string]interface {}" },
  objects: { accepts: listOf(isRecord), wanted: "[]interface {}" },
  any: { accepts: () => true, wanted: "interface {}" },
} as const;

export type Fields = Record<string, keyof typeof fieldKinds>;

function listOf(accepts: (value: unknown) => boolean) {
  return (value: unknown) => Array.isArray(value) && value.every(accepts);
}

/** The request's JSON object, with the fields named checked. A null field counts as absent, as in Ollama. */
export async function readBody<Body>(request: IncomingMessage, type: string, fields: Fields): Promise<Body> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString("utf8");
  if (text.trim() === "") throw new OllamaHttpError(400, "missing request body");
  const body = parse(text);
  if (!isRecord(body)) throw wrongType(body, type, "");
  for (const [field, value] of Object.entries(body)) {
    const kind = Object.hasOwn(fields, field) ? fields[field] : undefined;
    if (value === null) delete body[field];
    else if (kind && !fieldKinds[kind].accepts(value))
      throw wrongType(value, `${type}.${field}`, fieldKinds[kind].wanted);
  }
  const { keep_alive: keepAlive } = body;
  if (typeof keepAlive === "number" || typeof keepAlive === "string") keepAliveMs(keepAlive);
  else if (keepAlive !== undefined)
    throw new OllamaHttpError(
      400,
      `Unsupported type: '${Array.isArray(keepAlive) ? "[]interface {}" : typeof keepAlive}'`,
    );
  return body as Body;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const { message } = error as SyntaxError;
    const position = Number(/at position (\d+)/.exec(message)?.[1] ?? Number.NaN);
    if (/end of JSON input|Unterminated string/.test(message) || position >= text.length)
      throw new OllamaHttpError(400, "unexpected EOF");
    const character = /token '(.*?)'/s.exec(message)?.[1] ?? text[position] ?? text[0];
    throw new OllamaHttpError(400, `invalid character '${character}' looking for beginning of value`);
  }
}

function wrongType(value: unknown, field: string, wanted: string): OllamaHttpError {
  const found = typeof value === "boolean" ? "bool" : Array.isArray(value) ? "array" : typeof value;
  const into = wanted ? `Go struct field ${field} of type ${wanted}` : `Go value of type api.${field}`;
  return new OllamaHttpError(400, `json: cannot unmarshal ${found} into ${into}`);
}
