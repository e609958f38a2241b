import { defineTool, looksUp, MAX_LINE_LENGTH, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import type { CoreDeps } from "../core-deps.ts";
import type { WebPage } from "../wire.ts";

export const ollamaWebFetch = defineTool({
  name: "ollama_web_fetch",
  title: "Read a web page",
  description:
    "Reads one web page through Ollama's service and returns its title, text and links. Needs OLLAMA_API_KEY. To find pages use ollama_web_search.",
  input: z.strictObject({
    url: z
      .url({ protocol: /^https?$/ })
      .max(MAX_LINE_LENGTH)
      .describe("Address of the page"),
  }),
  annotations: looksUp,
  text: ({ title, content }: WebPage) => `# ${title}\n\n${content}`,
  async handler({ url }, { deps, signal }: ToolContext<CoreDeps>) {
    return { data: await deps.web.fetch(url, signal) };
  },
});
