import * as z from "zod";
import { outcomeNote, outcomeSchema, outcomeText, totalsSchema } from "../outcome.ts";

/** One finished step of a chain. */
const stepData = () =>
  z.strictObject({
    id: z.string().describe("Name of the step"),
    model: z.string().describe("The model that answered"),
    order: z.int().describe("Position in the chain, from 1"),
    ...outcomeSchema().shape,
    referencedConsultants: z
      .array(z.string())
      .exactOptional()
      .describe("Earlier steps whose responses were inserted"),
    rememberedAs: z.string().exactOptional().describe("The memory key that holds the response"),
  });

/** One finished step of a chain. */
export type StepData = z.output<ReturnType<typeof stepData>>;

/** `data` of a chain. The totals are those of the steps listed. */
export const chainData = () =>
  z.strictObject({
    chainId: z.string().describe("Names this run"),
    consultants: z.array(stepData()),
    summary: z.strictObject({
      totalConsultants: z.int().describe("Number of steps, including those not run"),
      ...totalsSchema().shape,
    }),
  });

/** What a chain came to; the totals are those of the steps listed. */
export type ChainData = z.output<ReturnType<typeof chainData>>;

/** The steps for a reader, in order. */
export function chainText({ consultants }: ChainData): string {
  return consultants
    .map((step) => outcomeText(`${step.order}. ${step.id}, ${step.model}`, step))
    .join("\n\n");
}

/** A line for each step: who answered it, and what is to be known of the answer. */
export const chainNotes = ({ consultants }: ChainData) => [
  consultants.map(({ id, ...outcome }) => outcomeNote({ ...outcome, name: id })).join("\n"),
];
