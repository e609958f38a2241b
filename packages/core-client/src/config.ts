import { defineConfigSection, onlyLower } from "@ollama-bridge/server-kit";
import * as z from "zod";
import { type InstanceSettings, normalizeUrl } from "./transport/instance.ts";

const DEFAULT_URL = "http://localhost:11434";

/** What a call may take. */
export const limitsSection = defineConfigSection({
  name: "limits",
  schema: z
    .strictObject({
      default_timeout_ms: z.coerce
        .number()
        .int()
        .min(1)
        .default(120_000)
        .describe("Deadline of a call, in ms"),
      max_concurrent_requests: z.coerce
        .number()
        .int()
        .min(1)
        .default(5)
        .describe("Concurrent generations per instance"),
      image_roots: z
        .array(z.string())
        .optional()
        .describe(
          "Folders that images and files may be read from; default: the working directory, unless it is the top of a drive, the home folder or above it",
        ),
    })
    .prefault({}),
  untrusted: {
    default_timeout_ms: onlyLower({ atLeast: 1_000 }),
    max_concurrent_requests: onlyLower(),
  },
  environment: {
    DEFAULT_TIMEOUT_MS: { key: "default_timeout_ms", description: "Deadline of a call, in ms" },
    MAX_CONCURRENT_REQUESTS: {
      key: "max_concurrent_requests",
      description: "Concurrent generations per instance",
    },
  },
});

/** The values of `limits`. Times are in ms. */
export type Limits = z.output<typeof limitsSection.schema>;

/** Returns the address of the Ollama that the environment names; undefined when it names none. */
export function environmentAddress(env: NodeJS.ProcessEnv): string | undefined {
  return env.OLLAMA_BASE_URL?.trim() || env.OLLAMA_URL?.trim() || env.OLLAMA_HOST?.trim() || undefined;
}

/**
 * Returns the instance that the environment names, else the one on this machine. Its keys are its own.
 * @throws BridgeError CONFIG_INVALID for an address that is none.
 */
export function defaultInstance(env: NodeJS.ProcessEnv): InstanceSettings {
  const named = environmentAddress(env);
  const url = normalizeUrl(named ?? DEFAULT_URL);
  return {
    name: new URL(url).host,
    url,
    ...(named === undefined ? { unnamed: true } : {}),
    key: env.OLLAMA_KEY?.trim() || undefined,
    apiKey: env.OLLAMA_API_KEY?.trim() || undefined,
  };
}
