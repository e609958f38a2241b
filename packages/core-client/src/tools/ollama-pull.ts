import { defineTool, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import type { CoreDependencies } from "../core-dependencies.ts";
import * as parameters from "./parameters.ts";

const pullData = () =>
  z.strictObject({
    status: z.string().describe("What the server said last: `success`"),
    digest: z.string().nullable().describe("Digest of the largest part, null where nothing had to come"),
    bytes: z.number().describe("Bytes that were downloaded or there already"),
  });

export const ollamaPull = defineTool({
  name: "ollama_pull",
  title: "Pull a model",
  description:
    "Downloads a model from Ollama's library to an instance; progress is told in bytes. Use it when MODEL_NOT_FOUND names a model you need. It can take many minutes and gigabytes: check ollama_list_models first.",
  input: z.strictObject({
    model: parameters.model,
    insecure: z.boolean().optional().describe("Allow a registry without TLS; default false"),
    instance: parameters.instance,
  }),
  data: pullData,
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  text: ({ status, bytes }) => `${status}, ${(bytes / 1e9).toFixed(2)} GB`,
  async handler(
    { model, insecure, instance },
    { dependencies, signal, progress }: ToolContext<CoreDependencies>,
  ) {
    const client = await dependencies.clientOf(instance);
    const { status, digest, completed } = await dependencies.pulls.pull(
      client,
      { model, insecure },
      {
        signal,
        onEvent({ status, completed, total }) {
          if (total > 0)
            progress.update(`pulling, ${completed} of ${total} bytes`, { progress: completed, total });
          else progress.update(status);
        },
      },
    );
    return {
      data: { status, digest: digest ?? null, bytes: completed },
      details: { instance: client.instance.name },
    };
  },
});
