import { MAX_LINE_LENGTH } from "@ollama-bridge/foundation";
import { defineTool, readOnlyHints, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import type { CoreDependencies } from "../core-dependencies.ts";

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
  data: () =>
    z.strictObject({
      title: z.string().describe("Title of the page"),
      content: z.string().describe("Its text"),
      links: z.array(z.string()).describe("Addresses it links to"),
    }),
  annotations: readOnlyHints,
  text: ({ title, content }) => `# ${title}\n\n${content}`,
  async handler({ url }, { dependencies, signal }: ToolContext<CoreDependencies>) {
    dependencies.requireMayLeave?.(url, "ollama_web_fetch");
    return { data: await dependencies.web.fetch({ url }, { signal }) };
  },
});
