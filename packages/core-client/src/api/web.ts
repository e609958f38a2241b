import { isRecord } from "@ollama-bridge/foundation";
import { type JsonObject, readText } from "./values.ts";

/** One finding of a web search. */
export interface WebResult {
  title: string;
  url: string;
  content: string;
}

/** A web page as text. */
export interface WebPage {
  title: string;
  content: string;
  links: string[];
}

const MAX_URL_CHARACTERS = 8_192;
const MAX_LINKS = 10_000;

/** Reads the answer of `/api/web_search`: its first `maxResults` findings that have an address. */
export function readWebResults({ results }: JsonObject, maxResults: number): WebResult[] {
  if (!Array.isArray(results)) return [];
  const found: WebResult[] = [];
  for (const result of results) {
    if (found.length === maxResults) break;
    if (!isRecord(result) || !isUrl(result.url)) continue;
    const { url, title, content } = result;
    found.push({ title: readText(title) ?? "", url, content: readText(content) ?? "" });
  }
  return found;
}

/** Reads the answer of `/api/web_fetch`. */
export function readWebPage({ title, content, links }: JsonObject): WebPage {
  return {
    title: readText(title) ?? "",
    content: readText(content) ?? "",
    links: Array.isArray(links) ? links.slice(0, MAX_LINKS).filter(isUrl) : [],
  };
}

function isUrl(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= MAX_URL_CHARACTERS;
}
