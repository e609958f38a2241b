import * as z from "zod";
import { webSchema } from "./answers/web-answers.ts";
import type { Counters } from "./counters.ts";
import type { Gates } from "./gates.ts";
import { modelSchema } from "./models/model-script.ts";
import type { ModelStore } from "./models/model-store.ts";
import { pullSchema } from "./models/pull-script.ts";
import type { Scheduler } from "./scheduler.ts";

/** How a scriptable Ollama is set up. A script file of the command holds the same, without functions. */
export const optionsSchema = z.strictObject({
  /** 0: a free one. */
  port: z.number().int().default(0),
  /** The address to listen on; `::` for every one of this machine. */
  host: z.string().default("127.0.0.1"),
  version: z.string().default("0.33.0"),
  /** The version whose errors and refusals it answers with: 0.33 runs models in llama-server. */
  like: z.enum(["0.25", "0.33"]).default("0.25"),
  models: z.array(modelSchema).default([]),
  /** Models that can be pulled. */
  pulls: z.array(pullSchema).default([]),
  registry: z.enum(["reachable", "unreachable"]).default("reachable"),
  web: webSchema.default({ pages: {}, unreachable: false }),
  /** Requests that must bear this key, else 401. */
  key: z.string().optional(),
  /** `/api/tags` as older servers have it: without capabilities and context length. */
  olderTags: z.boolean().default(false),
  /** `/api/tags` tells which models are pointers to the cloud; else `/api/show` alone does. */
  remoteTags: z.boolean().default(true),
  /** The context length, where a request does not name one. */
  num_ctx: z.number().default(4096),
  keepAliveMs: z.number().default(300_000),
  parallel: z.number().int().min(1).default(1),
  maxQueue: z.number().int().min(0).default(512),
  maxLoaded: z.number().int().min(1).default(3),
});
export type TestOllamaOptions = z.input<typeof optionsSchema>;

/** What the parts of one scriptable Ollama share. */
export type Kit = {
  options: z.output<typeof optionsSchema>;
  models: ModelStore;
  gates: Gates;
  counters: Counters;
  scheduler: Scheduler;
};
