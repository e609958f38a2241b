import { coreErrors } from "@ollama-bridge/core-client";
import { amendError, type BridgeError, errorSummary } from "@ollama-bridge/foundation";
import { listedErrorData } from "@ollama-bridge/server-kit";
import * as z from "zod";
import type { Rejection } from "../decision/demand.ts";
import { routerErrors } from "../router-errors.ts";

/** One attempt, as answers and errors show it. */
export const attemptData = () =>
  z.strictObject({
    instance: z.string().describe("Name of the instance"),
    model: z.string().describe("Name of the model"),
    outcome: z.string().describe("What became of it"),
    error: listedErrorData().exactOptional().describe("Why it failed"),
    ms: z.int().describe("Milliseconds it took"),
  });

export type AttemptRecord = z.output<ReturnType<typeof attemptData>>;

export function attemptRecord(
  where: { instance: string; model: string },
  outcome: string,
  ms: number,
  error?: BridgeError,
): AttemptRecord {
  return {
    ...where,
    outcome,
    ...(error === undefined ? {} : { error: errorSummary(error) }),
    ms: Math.round(ms),
  };
}

export function attemptLine({ instance, model, outcome, ms, error }: AttemptRecord): string {
  const cause = error === undefined ? "" : ` (${error.code}: ${error.message})`;
  return `- ${model} on ${instance}: ${outcome} after ${ms} ms${cause}`;
}

/** The last error with what was tried before it, a line each. */
export function withAttempts(error: BridgeError, attempts: readonly AttemptRecord[]): BridgeError {
  if (attempts.length === 0) return error;
  const lines = attempts.map(attemptLine);
  return amendError(error, {
    details: { attempts },
    more: [error.more, "Attempts:", ...lines].filter(Boolean).join("\n"),
  });
}

/** What could not be used, and why. */
export interface Tried {
  model: string;
  instance: string;
  reason: string;
}

/** What an error of routing tells of the models that could not be used. */
export function triedOf(error: BridgeError): readonly Tried[] {
  return routerErrors.is(error, "NO_ROUTE") ? (error.details?.tried ?? []) : [];
}

/** Why nothing can be tried: for a named model its own code where all its copies lack the same, else NO_ROUTE. */
export function noRoute(
  named: string | undefined,
  rejections: readonly Rejection[],
  tokens: number,
  missing: readonly Tried[] = [],
): BridgeError {
  const rejected = rejections.map(({ model, instance, reason }) => ({
    model,
    instance: instance.name,
    reason,
  }));
  const tried: Tried[] = [...rejected, ...missing];
  const codes = new Set(rejections.map(({ code }) => code));
  const [reason = "nothing installed fits"] = tried.map((each) => each.reason);
  const more = tried.map((each) => `- ${each.model} on ${each.instance}: ${each.reason}`).join("\n");
  const rest = { details: { tried }, ...(more === "" ? {} : { more }) };
  if (named !== undefined && codes.size === 1) {
    if (codes.has("capability"))
      return coreErrors.create("CAPABILITY_UNSUPPORTED", `${named} ${reason}`, {
        ...rest,
        details: { ...rest.details, model: named },
      });
    if (codes.has("context"))
      return coreErrors.create("CONTEXT_EXCEEDED", `The prompt is too long for ${named}: ${reason}`, {
        ...rest,
        details: { ...rest.details, tokens_estimated: tokens, context_length: contextOf(rejections) },
      });
  }
  if (rejections.length === 0 && missing.length > 0)
    return routerErrors.create("NO_ROUTE", "None of the category's models is installed", {
      ...rest,
      hint: "Pull one of them, or call route_request, which takes any installed model.",
    });
  const what =
    named === undefined ? "No installed model fits the request" : `${named} cannot be used anywhere`;
  const [rejection] = rejections;
  if (rejection?.code === "unnamed" && codes.size === 1) {
    const { name, url } = rejection.instance;
    return routerErrors.create("NO_ROUTE", `${what}: ${name} ${reason}`, {
      ...rest,
      hint: `If it is yours, name it: OLLAMA_INSTANCES=${name}=${url}, or under instances in the configuration.`,
    });
  }
  return routerErrors.create("NO_ROUTE", tried.length === 1 ? `${what}: ${reason}` : what, rest);
}

function contextOf(rejections: readonly Rejection[]): number | null {
  const lengths = rejections.map(({ instance, model }) => instance.models.get(model)?.contextLength ?? 0);
  return Math.max(...lengths) || null;
}
