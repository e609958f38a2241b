import { toBridgeError, waitAtMost } from "@ollama-bridge/foundation";

/** One thing that was looked at. */
export interface Check {
  name: string;
  status: "ok" | "warning" | "problem";
  message: string;
  /** What to do next. */
  hint?: string;
  details?: object;
}

/** What `error` says, as a check of that name. */
export function problem(name: string, error: unknown): Check {
  const { code, message, hint } = toBridgeError(error);
  return { name, status: "problem", message: `${code}: ${withoutCredentials(message)}`, hint };
}

const withoutCredentials = (text: string) => text.replace(/\/\/[^\s/@]+@/g, "//");

/** Runs a look at something; whatever goes wrong is a problem of that name, and so is taking longer than `withinMs`. */
export async function checks(name: string, withinMs: number, look: () => Promise<Check[]>): Promise<Check[]> {
  const late: Check = {
    name,
    status: "problem",
    message: `not known after ${withinMs / 1000} s`,
    hint: "Something is slow or does not answer; look again when this machine is less busy.",
  };
  let found = [late];
  const looked = look().then((checks) => {
    found = checks;
  });
  try {
    await waitAtMost(withinMs, looked);
    return found;
  } catch (error) {
    return [problem(name, error)];
  }
}
