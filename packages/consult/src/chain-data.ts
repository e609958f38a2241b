import { type OutcomeData, outcomeText, type Totals } from "./outcome.ts";

/** One finished step of a chain. */
export interface StepData extends OutcomeData {
  id: string;
  model: string;
  /** Counted from 1. */
  order: number;
  /** Earlier steps whose responses were inserted. */
  referencedConsultants?: string[];
  /** The memory key that holds the response. */
  rememberedAs?: string;
}

/** `data` of a chain. The totals are those of the steps listed. */
export interface ChainData {
  chainId: string;
  consultants: StepData[];
  summary: { totalConsultants: number } & Totals;
}

/** The steps for a reader, in order. */
export function chainText({ consultants }: ChainData): string {
  return consultants
    .map((step) => outcomeText(`${step.order}. ${step.id}, ${step.model}`, step))
    .join("\n\n");
}
