import { OllamaHttpError, type WebFetchAnswer, type WebSearchAnswer } from "@ollama-bridge/engine/protocol";
import * as z from "zod";

/** What the web search of Ollama's cloud answers. */
export const webSchema = z.strictObject({
  results: z.array(z.strictObject({ title: z.string(), url: z.string(), content: z.string() })).optional(),
  pages: z
    .record(
      z.string(),
      z.strictObject({ title: z.string(), content: z.string(), links: z.array(z.string()) }),
    )
    .default({}),
  unreachable: z.boolean().default(false),
});
type Web = z.output<typeof webSchema>;

export const cloudUnreachable = (path: string) =>
  new OllamaHttpError(
    502,
    `Post "https://ollama.com:443${path}?ts=1795253476": dial tcp: lookup ollama.com on 127.0.0.53:53: no such host`,
  );

export const signedOut = () =>
  new OllamaHttpError(401, "unauthorized", { signin_url: "https://ollama.com/connect?name=test&key=dGVzdA" });

/** The scripted results, else as many as asked for, made of the query. */
export function search({ results, unreachable }: Web, query: string, count = 5): WebSearchAnswer {
  if (unreachable) throw cloudUnreachable("/api/web_search");
  const made = Array.from({ length: count }, (_, index) => ({
    title: `Result ${index + 1} for ${query}`,
    url: `https://example.com/${encodeURIComponent(query)}/${index + 1}`,
    content: `What page ${index + 1} says about ${query}.`,
  }));
  return { results: (results ?? made).slice(0, count) };
}

/** The scripted page, else one made of its address. */
export function fetchPage({ pages, unreachable }: Web, url: string): WebFetchAnswer {
  if (unreachable) throw cloudUnreachable("/api/web_fetch");
  return pages[url] ?? { title: `Page ${url}`, content: `The text of ${url}.`, links: [`${url}#more`] };
}
