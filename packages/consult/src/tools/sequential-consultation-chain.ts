import { answerBudget } from "@ollama-bridge/core-client";
import { parameters } from "@ollama-bridge/core-client/tools";
import { MAX_LIST_LENGTH } from "@ollama-bridge/foundation";
import { defineTool, runsModel, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import { chainData, chainNotes, chainText } from "../chain/chain-data.ts";
import { checkChain } from "../chain/check-chain.ts";
import { consultant } from "../chain/consultant.ts";
import { runChain } from "../chain/run-chain.ts";
import type { ConsultDependencies } from "../consult-dependencies.ts";

export const sequentialConsultationChain = defineTool({
  name: "sequential_consultation_chain",
  title: "Run a chain of consultants",
  description:
    "Runs steps one after the other, each on its own model; {id} in a prompt inserts an earlier step's response. A step can also search the web or be kept in memory. Use it for work in stages: analyze, design, implement. For independent answers use compare_ollama_models.",
  input: z.strictObject({
    consultants: z
      .array(consultant)
      .min(1)
      .max(MAX_LIST_LENGTH)
      .describe("The steps in order, at most 20 unless configured otherwise"),
    onError: z
      .enum(["stop", "continue"])
      .default("stop")
      .describe("After a failed step, default stop; continue also fails the steps that refer to it"),
    privacy: parameters.privacy,
  }),
  data: chainData,
  // A step may replace what memory holds under its key.
  annotations: { ...runsModel, readOnlyHint: false, destructiveHint: true },
  text: chainText,
  notes: chainNotes,
  async handler({ consultants, onError, privacy }, context: ToolContext<ConsultDependencies>) {
    const { dependencies } = context;
    checkChain(consultants, {
      most: dependencies.consult.max_chain_consultants,
      canRemember: dependencies.memory !== undefined,
    });
    const startTime = new Date().toISOString();
    const budget = answerBudget();
    const steps = consultants.map((step) => ({ ...step, privacy }));
    const asking = { ...context, budget, caller: "sequential_consultation_chain" };
    const output = await runChain(steps, onError === "continue", asking).finally(() => budget.release());
    return { ...output, metadata: { startTime, endTime: new Date().toISOString() } };
  },
});
