import { defineTool, readOnlyHints, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import type { CoreDependencies } from "../core-dependencies.ts";
import { line, requirePrompt } from "./parameters.ts";

export const ollamaWebSearch = defineTool({
  name: "ollama_web_search",
  title: "Search the web",
  description:
    "Searches the web with Ollama's search service and returns titles, addresses and extracts. Needs OLLAMA_API_KEY. To read one page whole use ollama_web_fetch.",
  input: z.strictObject({
    query: line.describe("What to search for"),
    max_results: z.number().int().min(1).max(10).default(5).describe("Most results, default 5"),
  }),
  data: () =>
    z.strictObject({
      results: z.array(
        z.strictObject({
          title: z.string().describe("Title of the page"),
          url: z.string().describe("Its address"),
          content: z.string().describe("An extract of its text"),
        }),
      ),
    }),
  annotations: readOnlyHints,
  text: ({ results }) =>
    results.map(({ title, url, content }) => `- [${title}](${url})\n  ${content}`).join("\n") ||
    "Nothing was found.",
  async handler({ query, max_results }, { dependencies, signal }: ToolContext<CoreDependencies>) {
    const request = { query: requirePrompt(query), max_results };
    dependencies.requireMayLeave?.(query, "ollama_web_search");
    return { data: { results: await dependencies.web.search(request, { signal }) } };
  },
});
