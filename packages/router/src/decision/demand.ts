import type { InstanceState } from "@ollama-bridge/discovery";

/** What a model must be able to do, by Ollama's names. */
export type Capability = "completion" | "vision" | "tools" | "thinking" | "embedding";

/** What a choice is asked for, stripped of everything that does not bear on it. */
export interface Demand {
  /** Canonical names; a model of an earlier group is taken before any of a later one. */
  groups: readonly (readonly string[])[];
  needs: readonly Capability[];
  promptTokens: number;
  /** Expected, never 0. */
  answerTokens: number;
  /** Asked for explicitly; another one than the loaded model's forces a reload. */
  numCtx?: number | undefined;
  localOnly: boolean;
  /** Seconds until the deadline. */
  timeLeftS?: number | undefined;
  /** Where this session was answered last. */
  sessionInstance?: string | undefined;
  /** Why this pair must not be taken, by a policy or after a failure; `undefined` when it may. */
  forbids?: ((instance: InstanceState, model: string) => string | undefined) | undefined;
}

/** The terms of the cost, in seconds, but for `failureRate`. */
export interface CostTerms {
  /** R */
  roundTrip: number;
  /** W */
  wait: number;
  /** L */
  load: number;
  /** E */
  evict: number;
  /** P */
  prompt: number;
  /** D */
  answer: number;
  /** f */
  failureRate: number;
  price: number;
  remote: number;
  session: number;
}

/** Why a candidate is taken only when there is no better one; later is worse. */
export const softReasons = ["slow", "full", "cooldown", "breaker", "down"] as const;
export type SoftReason = (typeof softReasons)[number];

/** A model on an instance that passed the hard filter. */
export interface Candidate {
  instance: InstanceState;
  model: string;
  costS: number;
  terms: CostTerms;
  /** Present when the soft filter would have left it out. */
  degraded?: SoftReason;
}

/** A model on an instance that must not be taken. */
export interface Rejection {
  instance: InstanceState;
  model: string;
  code: "capability" | "context" | "privacy" | "unnamed" | "memory" | "unavailable" | "forbidden";
  reason: string;
}
