import { defineTool, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import type { CoreDependencies } from "../core-dependencies.ts";
import * as parameters from "./parameters.ts";

interface PullData {
  status: string;
  digest: string | null;
  bytes: number;
}

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
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  text: ({ status, bytes }: PullData) => `${status}, ${(bytes / 1e9).toFixed(2)} GB`,
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
