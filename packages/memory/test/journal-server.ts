// An external memory that writes each call it takes into the file JOURNAL. The file TRAP can hold: the line of a call
// that ends the server before it is taken, once; "trouble", which fails every call; "bare", with which it has no tools.
import { appendFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import { foundationErrors } from "@ollama-bridge/foundation";
import { defineTool, serveProgram } from "@ollama-bridge/server-kit";
import { storageErrors } from "@ollama-bridge/storage";
import * as z from "zod";
import { memoryErrors } from "../src/memory-errors.ts";

const { JOURNAL: journal = "", TRAP: trap = "" } = process.env;
const trapped = () => (existsSync(trap) ? readFileSync(trap, "utf8") : "");

function take(line: string): void {
  if (trapped() === line) {
    rmSync(trap);
    process.exit(1);
  }
  if (trapped() === "trouble") throw storageErrors.create("MEMORY_BACKEND_ERROR", "The disk is full");
  if (line.includes("odd")) throw new Error("This one is too much for me");
  if (line.includes("refused"))
    throw foundationErrors.create("VALIDATION_ERROR", `The journal does not take ${line}`);
  appendFileSync(journal, `${line}\n`);
}

const text = z.string().default("");
function tool(name: string, answer: (args: { key: string; value: string }) => object) {
  return defineTool({
    name,
    title: name,
    description: name,
    input: z.looseObject({ key: text, value: text }),
    data: () => z.custom<object>(),
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
    text: (data) => JSON.stringify(data),
    handler: async (args) => ({ data: answer(args) }),
  });
}

const tools = [
  tool("remember_consult", ({ key, value }) => {
    take(`${key} = ${value}`);
    return { key, stored: true };
  }),
  tool("forget", ({ key }) => {
    take(`forget ${key}`);
    return { forgotten: true };
  }),
  tool("recall", ({ key }) => {
    throw memoryErrors.create("MEMORY_NOT_FOUND", `The journal knows no ${key}`);
  }),
  tool("search_memories", () => ({ results: [], total: 0 })),
];

await serveProgram({
  info: { name: "journal", title: "Journal", version: "1" },
  sections: [],
  toolsets: () => [
    {
      name: "journal",
      tools: trapped() === "bare" ? [] : tools,
      dependencies: undefined,
      close: async () => undefined,
    },
  ],
});
