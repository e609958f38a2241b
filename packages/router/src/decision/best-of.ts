import type { InstanceState } from "@ollama-bridge/discovery";
import type { Candidate } from "./demand.ts";
import type { Scorer } from "./scorer.ts";

/** Costs within this share of the best are alike. */
const TIE_SHARE = 0.1;

/** Keeps the cheapest of the candidates offered, with those that cost alike. */
export class BestOf {
  #alike: Candidate[] = [];
  #bestS = Number.POSITIVE_INFINITY;
  #limitS = Number.POSITIVE_INFINITY;

  offer(scorer: Scorer, instance: InstanceState, model: string): void {
    const { costS, terms } = scorer;
    if (costS > this.#limitS) return;
    this.#alike.push(scorer.candidate(instance, model));
    if (costS >= this.#bestS) return;
    this.#bestS = costS;
    // Waiting is our own count and known exactly, so it blurs nothing: many calls at once spread evenly.
    const blurred = costS - terms.wait / (1 - terms.failureRate);
    this.#limitS = costS + TIE_SHARE * Math.abs(blurred);
  }

  /** One of those that are alike, of the highest priority, at random. */
  winner(random: () => number): Candidate | undefined {
    const alike = this.#alike.filter(({ costS }) => costS <= this.#limitS);
    const priority = alike.reduce((most, { instance }) => Math.max(most, instance.priority), -Infinity);
    const equals = alike.filter(({ instance }) => instance.priority === priority);
    return equals[Math.floor(random() * equals.length)];
  }
}
