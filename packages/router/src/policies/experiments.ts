import { canonicalName } from "@ollama-bridge/core-client";
import { sha256 } from "@ollama-bridge/foundation";
import type { Experiment } from "../config.ts";
import { holds, type Occasion } from "./conditions.ts";

/** The arm that a request belongs to. */
export interface Arm {
  experiment: string;
  model: string;
}

/** What became of the requests of one arm. */
export interface ArmOutcome {
  calls: number;
  failures: number;
  /** Of the answered ones. */
  mean_seconds: number;
  mean_tokens: number;
}

/** The first experiment that the request takes part in, and its arm: always the same for the same key. */
export function armFor(experiments: readonly Experiment[], occasion: Occasion, key: string): Arm | undefined {
  const experiment = experiments.find(({ when }) => holds(when, occasion));
  if (experiment === undefined) return undefined;
  const arms = Object.entries(experiment.split).filter(([, share]) => share > 0);
  const total = arms.reduce((sum, [, share]) => sum + share, 0);
  let left = shareOf(`${experiment.name}\n${key}`) * total;
  for (const [model, share] of arms) {
    left -= share;
    if (left < 0) return { experiment: experiment.name, model: canonicalName(model) };
  }
  return undefined;
}

/** A number in [0, 1) that the text determines, evenly spread. */
function shareOf(text: string): number {
  return sha256(text).readUInt32BE() / 2 ** 32;
}

/** Adds up what became of each arm since the start. */
export class ExperimentLog {
  readonly #arms = new Map<string, { model: string; experiment: string } & ArmOutcome>();

  answered(arm: Arm, seconds: number, tokens: number): void {
    const outcome = this.#of(arm);
    const answered = outcome.calls - outcome.failures;
    outcome.mean_seconds = (outcome.mean_seconds * answered + seconds) / (answered + 1);
    outcome.mean_tokens = (outcome.mean_tokens * answered + tokens) / (answered + 1);
    outcome.calls++;
  }

  failed(arm: Arm): void {
    const outcome = this.#of(arm);
    outcome.calls++;
    outcome.failures++;
  }

  /** By experiment and model; undefined when there is nothing to tell. */
  view(): Record<string, Record<string, ArmOutcome>> | undefined {
    if (this.#arms.size === 0) return undefined;
    const view: Record<string, Record<string, ArmOutcome>> = {};
    for (const { experiment, model, calls, failures, ...means } of this.#arms.values()) {
      const mean_seconds = Math.round(means.mean_seconds * 100) / 100;
      const arm = { calls, failures, mean_seconds, mean_tokens: Math.round(means.mean_tokens) };
      view[experiment] = { ...view[experiment], [model]: arm };
    }
    return view;
  }

  #of({ experiment, model }: Arm) {
    const key = `${experiment}\n${model}`;
    const known = this.#arms.get(key);
    if (known !== undefined) return known;
    const fresh = { experiment, model, calls: 0, failures: 0, mean_seconds: 0, mean_tokens: 0 };
    this.#arms.set(key, fresh);
    return fresh;
  }
}
