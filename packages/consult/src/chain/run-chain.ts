import {
  type BridgeError,
  errorSummary,
  invalidArgument,
  MAX_TEXT_LENGTH,
  randomId,
  toBridgeError,
} from "@ollama-bridge/foundation";
import type { Asking } from "../ask.ts";
import { consultErrors } from "../consult-errors.ts";
import { outcomeData, settle, totalsOf } from "../outcome.ts";
import { type ChainData, chainNotes, chainText, type StepData } from "./chain-data.ts";
import type { Consultant } from "./consultant.ts";
import { insertAnswers, lengthWithAnswers, referencedIds } from "./references.ts";
import { runStep } from "./run-step.ts";

/**
 * Runs the steps one after the other. A step that refers to a failed one fails too, without being run.
 * @throws BridgeError CHAIN_EXECUTION_FAILED with the finished steps as `data`: when a step fails and `goOn` is
 * false, or when every step failed.
 */
export async function runChain(
  consultants: readonly Consultant[],
  goOn: boolean,
  asking: Asking,
): Promise<{ data: ChainData; details: object }> {
  const chainId = randomId("chain_", 12);
  const steps: StepData[] = [];
  const details: object[] = [];
  const answers = new Map<string, string>();
  const failures = new Map<string, BridgeError>();
  /** Steps that ran on private machines only: what they said stays there. */
  const kept = new Set<string>();
  const data = (): ChainData => ({
    chainId,
    consultants: steps,
    summary: { totalConsultants: consultants.length, ...totalsOf(steps), failed: failures.size },
  });

  for (const [index, consultant] of consultants.entries()) {
    asking.signal.throwIfAborted();
    const { id, model, prompt, rememberAs } = consultant;
    const referenced = referencedIds(prompt, new Set([...answers.keys(), ...failures.keys()]));
    const outcome = await settle(asking, async () => {
      requireAnswers(referenced, failures);
      requireRoom(`consultants[${index}].prompt`, lengthWithAnswers(prompt, answers));
      const isPrivate = consultant.privacy === "local_only" || referenced.some((each) => kept.has(each));
      const privacy = isPrivate ? "local_only" : "any";
      const step = { ...consultant, privacy, prompt: insertAnswers(prompt, answers) } as const;
      return runStep(step, asking, `${index + 1} of ${consultants.length}: ${id}`);
    });
    const { result, error } = outcome;
    if (error !== undefined) {
      failures.set(id, error);
      if (!goOn) throw chainFailed(consultants, id, error, data());
    } else {
      answers.set(id, result.response);
      if (result.privacy !== undefined) kept.add(id);
      details.push({ id, ...result.details });
    }
    const step: StepData = {
      id,
      model: result?.model ?? model,
      ...outcomeData(outcome),
      order: index + 1,
      ...(referenced.length > 0 ? { referencedConsultants: referenced } : {}),
    };
    steps.push(step);
    if (rememberAs !== undefined && result !== undefined)
      await rememberStep(step, rememberAs, chainId, asking);
  }
  const [first] = failures;
  if (first !== undefined && answers.size === 0) throw chainFailed(consultants, ...first, data());
  return { data: data(), details: { consultants: details } };
}

function requireRoom(path: string, length: number): void {
  if (length <= MAX_TEXT_LENGTH) return;
  const issue = `has ${length} characters with the earlier responses inserted, at most ${MAX_TEXT_LENGTH} are allowed`;
  throw invalidArgument(path, issue, "Refer to fewer responses, or have an earlier step summarize them.");
}

function requireAnswers(referenced: string[], failures: ReadonlyMap<string, BridgeError>): void {
  for (const id of referenced) {
    const cause = failures.get(id);
    if (cause === undefined) continue;
    throw consultErrors.create("CHAIN_EXECUTION_FAILED", `Not run: it refers to ${id}, which failed`, {
      details: { failedAt: id, cause: errorSummary(cause) },
    });
  }
}

/** The response is there whether it could be stored or not: later steps go on, and the step says so. */
async function rememberStep(
  step: StepData,
  key: string,
  chainId: string,
  { dependencies, signal, log }: Asking,
) {
  try {
    const metadata = { chainId, consultant: step.id, model: step.model };
    await dependencies.memory?.remember(key, { value: step.response, metadata });
    step.rememberedAs = key;
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    const { code, message, hint } = toBridgeError(thrown);
    log.warn({ code, chainId, consultant: step.id }, "a step's answer could not be stored");
    step.warnings = [...(step.warnings ?? []), `Not stored as ${key}: ${code}: ${message}. ${hint}`];
  }
}

/** CHAIN_EXECUTION_FAILED for the step that failed, with what to do about its cause and with the finished steps. */
function chainFailed(
  consultants: readonly Consultant[],
  failedAt: string,
  cause: BridgeError,
  data: ChainData,
): BridgeError {
  const order = consultants.findIndex(({ id }) => id === failedAt) + 1;
  const { code, message, hint } = cause;
  const more = [cause.more, chainText(data), ...chainNotes(data)].filter(Boolean).join("\n\n");
  return consultErrors.create(
    "CHAIN_EXECUTION_FAILED",
    `Step ${order} of ${consultants.length}, ${failedAt}, failed: ${code}: ${message}`,
    { details: { failedAt, cause: errorSummary(cause) }, hint, more, data, cause },
  );
}
