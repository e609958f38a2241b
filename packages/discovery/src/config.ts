import { normalizeUrl } from "@ollama-bridge/core-client";
import { foundationErrors, toBridgeError } from "@ollama-bridge/foundation";
import { defineConfigSection } from "@ollama-bridge/server-kit";
import * as z from "zod";
import { networks } from "./scan/host-addresses.ts";
import { DEFAULT_PORTS, parsePorts } from "./scan/scan-targets.ts";

/** A check by a function that throws, its message kept. */
function accepted<Value>(check: (value: Value) => unknown) {
  return (value: Value, context: z.RefinementCtx) => {
    try {
      check(value);
    } catch (error) {
      const issue = foundationErrors.is(error, "VALIDATION_ERROR") ? error.details?.issue : undefined;
      context.addIssue({ code: "custom", message: issue ?? toBridgeError(error).message });
    }
  };
}

const address = z.string().superRefine(accepted(normalizeUrl));

/** One entry of `instances`. */
export const instanceSchema = z.strictObject({
  name: z.string().min(1).describe("What the instance is called in answers"),
  url: address.describe("Host, host:port or URL"),
  region: z.string().optional().describe("For routing policies"),
  priority: z.number().default(0).describe("Higher wins when costs tie"),
  private: z
    .boolean()
    .optional()
    .describe("true: private though on another machine; false: not on this one, as behind a tunnel"),
  gpu: z
    .strictObject({
      count: z.number().int().min(0).describe("Number of GPUs"),
      vram_gb: z.number().positive().optional().describe("Memory of all of them, in GB"),
    })
    .optional()
    .describe("Its GPUs, which Ollama does not tell"),
  max_parallel: z
    .number()
    .int()
    .min(1)
    .default(1)
    .describe("Parallel slots of a model (its OLLAMA_NUM_PARALLEL)"),
  price_per_mtok: z.number().min(0).optional().describe("USD per million tokens"),
  key: z.string().optional().describe("Sent as X-Ollama-Key, to this instance only"),
  api_key: z.string().optional().describe("Sent as Authorization: Bearer, to this instance only"),
  tags: z.array(z.string()).default([]).describe("For routing policies"),
});

/** One entry of `instances`, with the operator's facts about the machine. */
export type InstanceEntry = z.output<typeof instanceSchema>;

/** The instances that the operator names. */
export const instancesSection = defineConfigSection({
  name: "instances",
  live: "all",
  schema: z.array(instanceSchema).default([]),
  environment: {},
});

/** How instances are looked for, and how often they are looked at. */
export const discoverySection = defineConfigSection({
  name: "discovery",
  retired: ["poll"],
  schema: z
    .strictObject({
      scan_local: z.boolean().default(true).describe("Look for Ollamas on this machine"),
      ports: z.string().superRefine(accepted(parsePorts)).default(DEFAULT_PORTS).describe("Ports to scan"),
      hosts: z
        .array(z.string())
        .default([])
        .describe("Other hosts, addresses or networks to scan, each at most a /24"),
      allow_networks: z
        .array(z.string())
        .superRefine(accepted(networks))
        .default([])
        .describe("Networks whose scanned instances may be routed to"),
    })
    .prefault({}),
  environment: {},
});
