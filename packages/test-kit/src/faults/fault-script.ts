import * as z from "zod";
import { isToldError, toldErrors } from "./told-errors.ts";

const tokens = z.number().int().min(0);

const scope = {
  /** Only requests of this path. Unset: every path, or for a fault of a run every path that runs a model. */
  path: z.string().optional(),
  /** Only requests that name this model. */
  model: z.string().optional(),
  /** Only so many requests; unset: until cleared. */
  times: z.number().int().min(1).optional(),
  /** In turns: so many requests meet the fault, so many pass. */
  flap: z.strictObject({ fail: z.number().int().min(1), pass: z.number().int().min(1) }).optional(),
  /** The error text, in place of the usual one. */
  message: z.string().optional(),
};

const fault = <Kind extends string, Fields extends z.ZodRawShape>(kind: Kind, fields: Fields) =>
  z.strictObject({ kind: z.literal(kind), ...scope, ...fields });

/**
 * What can go wrong. A token is a line of the stream before its last; a stream that ends earlier meets the fault
 * in place of its last line.
 */
export const faultSchema = z.discriminatedUnion("kind", [
  /** The next connections are reset as soon as they are accepted (`times` counts connections). */
  fault("reset-on-accept", {}),
  /** The request is read and its connection reset. */
  fault("reset", {}),
  fault("reset-after-bytes", { bytes: z.number().int().min(0) }),
  fault("reset-after-tokens", { tokens }),
  /** The request is read and never answered. */
  fault("silent", {}),
  /** The stream ends in good order, without its `done` line. */
  fault("cut-after-tokens", { tokens }),
  fault("error-after-tokens", { tokens }),
  /** The stream stays open and says nothing more; with 0 tokens not even the head is sent. */
  fault("hang-after-tokens", { tokens }),
  /** 503 */
  fault("queue-full", {}),
  /** 429, with a Retry-After of seconds or of an HTTP date, or without. */
  fault("rate-limited", { retryAfter: z.union([z.number(), z.string()]).optional() }),
  /** 500 */
  fault("out-of-memory", {}),
  /** 500 */
  fault("runner-terminated", {}),
  /** 401 with `signin_url` */
  fault("signed-out", {}),
  /** 404, though `/api/tags` lists the model. */
  fault("ghost", {}),
  /** An error in one server's own words: 400, 402, 403, 429 or 500. */
  z.strictObject({
    kind: z.enum(Object.keys(toldErrors).filter(isToldError)),
    ...scope,
    retryAfter: z.union([z.number(), z.string()]).optional(),
  }),
  /** Exactly this line ends the stream, with any keys that a server has for an error. */
  fault("last-line", { tokens, line: z.string() }),
  /** A second request on a connection finds it closed, as a server does with idle ones. */
  fault("closed-while-idle", {}),
  /** A page of a proxy's, with an error status. */
  fault("front", { status: z.number().int().min(400).optional() }),
  /** 404 in plain text, as for a path that the server does not have. */
  fault("unknown-path", {}),
  /** 200 with a page of HTML. */
  fault("html", {}),
  /** 307 to the same path at another origin. */
  fault("redirect", { to: z.string() }),
  /** Any other answer. */
  fault("status", { status: z.number().int() }),
  /** Exactly this body, as JSON of whatever shape. */
  fault("body", { body: z.string(), status: z.number().int().optional() }),
  /** A body that begins with `head` and goes on with `repeat` until its reader leaves, or `bytes` were sent. */
  fault("endless", {
    head: z.string().optional(),
    repeat: z.string().min(1),
    bytes: z.number().int().min(1).optional(),
    status: z.number().int().optional(),
  }),
  /** Every byte of the answer is written alone. */
  fault("split-bytes", {}),
  /** So many lines are written at once. */
  fault("join-lines", { lines: z.number().int().min(2) }),
  /** Everything comes at so many times the time it would have taken. */
  fault("slow", { factor: z.number().min(1) }),
]);

export type Fault = z.input<typeof faultSchema>;
export type FaultKind = Fault["kind"];

/** The faults of a run; unscoped, they leave the paths alone that run no model. */
export const faultsOfRuns: ReadonlySet<FaultKind> = new Set([
  "reset-after-tokens",
  "cut-after-tokens",
  "error-after-tokens",
  "last-line",
  "hang-after-tokens",
  "queue-full",
  "rate-limited",
  "out-of-memory",
  "runner-terminated",
  "signed-out",
  "ghost",
  ...Object.keys(toldErrors).filter(isToldError),
]);

export const pathsOfRuns: ReadonlySet<string> = new Set([
  "/api/generate",
  "/api/chat",
  "/api/embed",
  "/api/embeddings",
]);
