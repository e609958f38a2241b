import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { inputJsonSchema, type Toolset } from "../../packages/server-kit/src/index.ts";
import type { Schema } from "./json-schema.ts";

/** What docs/origins.md says is here and is not: links that lead nowhere, and names that their target does not have. */
export function faultsOfOrigins(path: string, toolsets: readonly Toolset[]): string[] {
  const parameters = new Map(
    toolsets.flatMap(({ tools }) =>
      tools.map((tool) => [tool.name, parametersOf(inputJsonSchema(tool) as Schema, "")]),
    ),
  );
  return readFileSync(path, "utf8")
    .split("\n")
    .flatMap((line, index) => {
      const here = line.startsWith("|") ? (line.split("|")[3] ?? "") : "";
      // Of two links in a cell, each has the names that stand behind it.
      const named = [...here.matchAll(/\[`?([^\]`]+)`?\]\(([^)]+)\)([^[]*(?:\[\][^[]*)*)/g)];
      const missing = named.flatMap(([, label = "", target = "", names = ""]) => {
        const section = sectionOf(join(dirname(path), target));
        return [...names.matchAll(/`([^`]+)`/g)]
          .map(([, name = ""]) => name)
          .filter((name) => !section?.includes(`\`${name}\``) && !parameters.get(label)?.includes(name))
          .map((name) => `${target} has no ${name}`);
      });
      const lost = [...line.matchAll(/\]\(([^)]+)\)/g)]
        .map(([, target = ""]) => target)
        .filter((target) => sectionOf(join(dirname(path), target)) === undefined)
        .map((target) => `${target} is not there`);
      return [...missing, ...lost].map((fault) => `${path}:${index + 1}: ${fault}`);
    });
}

/** A schema's parameters by path, those inside of objects and lists included. */
function parametersOf({ properties = {}, items }: Schema, path: string): string[] {
  if (items !== undefined) return parametersOf(items, `${path}[]`);
  const prefix = path === "" ? "" : `${path}.`;
  return Object.entries(properties).flatMap(([name, schema]) => [
    prefix + name,
    ...parametersOf(schema, prefix + name),
  ]);
}

/** The text under the heading that a link names, else of the whole page; undefined where there is none. */
function sectionOf(target: string): string | undefined {
  const [file = "", anchor] = target.split("#");
  let page: string;
  try {
    page = readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
  if (anchor === undefined) return page;
  return page.split(/^#+ /m).find((section) => slugOf(section.split("\n", 1)[0] ?? "") === anchor);
}

/** The anchor that GitHub gives a heading. */
const slugOf = (heading: string) =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");
